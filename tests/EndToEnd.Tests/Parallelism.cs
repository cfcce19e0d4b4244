// Most of these tests wait for processes and servers: two at a time would leave the processors idle.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
