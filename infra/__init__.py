"""Where the product runs: the declared resources, the local system and the AWS add-on."""
