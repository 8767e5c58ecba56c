"""The processes of the local system: started in order, kept running, stopped in order."""
