"""Times, days and zones in the words people use, and when a timetable falls due."""
