"""What every page is made of: text, quotes, frames, pictures, buttons."""
