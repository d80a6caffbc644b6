"""Runs mockapi inside of another program: on a socket in a thread, or without one."""
