using Xunit;

// Each of these tests loads the machine or its disk on purpose: one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
