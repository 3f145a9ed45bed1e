"""Running contracts (存量合同): signed and paid before an institution came under supervision."""
