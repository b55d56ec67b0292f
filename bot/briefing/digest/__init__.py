"""What a subject's articles say: digests, timelines and watches."""
