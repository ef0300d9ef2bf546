using Xunit;

namespace Holdfast.Lab.Tests.Cluster;

public sealed class ThreeNodesTests
{
    private readonly TestCluster lab = new();

    [Fact]
    public void A_healthy_cluster_writes_and_reads_through_every_coordinator()
    {
        for (var node = 0; node < 3; node++)
        {
            Assert.True(lab.Write(node, key: $"key {node}", value: $"value {node}").Succeeded);
        }

        for (var node = 0; node < 3; node++)
        {
            Assert.Equal("value 1", lab.Read(node, key: "key 1").Value);
        }
    }
}
