"""The security stack: GuardDuty and Security Hub."""
