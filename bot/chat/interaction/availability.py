"""Which features people may use, as far as the bot can know: a server can hide any in Discord."""

from collections.abc import Sequence

from bot.chat.interaction.context import Interaction, joined_guild
from bot.chat.interaction.features import Feature
from bot.chat.interaction.permissions import manages


def usable_features(interaction: Interaction) -> Sequence[Feature]:
    """Return the features with a command that the person may use where they are."""
    features = interaction.client.features
    if interaction.guild_id is None:
        in_group = interaction.context.private_channel
        return [feature for feature in features if _works_in_messages(feature, in_group=in_group)]
    is_joined = joined_guild(interaction) is not None
    return [
        feature
        for feature in features
        if _works_in_servers(feature, is_joined=is_joined) and _may_use(feature, interaction)
    ]


def features_for_everybody(features: Sequence[Feature], *, in_server: bool) -> Sequence[Feature]:
    """Return those with a command that everybody may use, in the servers that the bot is a member
    of or in direct messages to it."""
    if not in_server:
        return [feature for feature in features if _works_in_messages(feature)]
    return [
        feature
        for feature in features
        if _works_in_servers(feature) and not _is_for_managers(feature) and feature.may_use is None
    ]


def _works_in_servers(feature: Feature, *, is_joined: bool = True) -> bool:
    """Whether the command can be used in servers, or in one that the bot is no member of."""
    command = feature.command
    if command is None:
        return False
    contexts, installs = command.allowed_contexts, command.allowed_installs
    assert contexts is not None
    assert installs is not None
    return contexts.guild and (is_joined or installs.user)


def _works_in_messages(feature: Feature, *, in_group: bool = False) -> bool:
    """Whether the command can be used in direct messages to the bot, or in those among people."""
    if feature.command is None:
        return False
    contexts = feature.command.allowed_contexts
    assert contexts is not None
    return contexts.private_channel if in_group else contexts.dm_channel


def _may_use(feature: Feature, interaction: Interaction) -> bool:
    if _is_for_managers(feature) and not manages(interaction):
        return False
    return feature.may_use is None or feature.may_use(interaction)


def _is_for_managers(feature: Feature) -> bool:
    """Whether Discord offers the command only to those with a permission."""
    return getattr(feature.command, "default_permissions", None) is not None
