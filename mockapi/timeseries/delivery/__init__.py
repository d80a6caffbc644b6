"""When readings become visible: schedule, revisions, back-fill, outages."""
