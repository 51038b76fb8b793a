// Every test here starts processes and measures what they do together; two at a time would only measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
