"""What a question means that is asked after another: "and China?", "why?", "그럼 일본은?"."""
