// Most of what these tests do is wait for processes to start, stop and find each other: two at a time take little longer than one.
// None measures time, and each has hosts, ports and folders of its own.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
