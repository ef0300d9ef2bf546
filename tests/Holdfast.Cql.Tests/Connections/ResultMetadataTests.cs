using Holdfast.Cql.Protocol;
using Holdfast.Cql.Tests.Scripted;
using Xunit;

namespace Holdfast.Cql.Tests.Connections;

/// <summary>A column is added while a statement is in use: the server says so with the rows, and is asked by the new id from then on (v5).</summary>
public sealed class ResultMetadataTests
{
    private const int Changed = 0x08;
    private const int Global = 0x01;

    [Fact]
    public async Task Changed_metadata_comes_with_its_rows_and_is_named_by_the_next_request()
    {
        await using ScriptedCluster cluster = new("10.0.0.1");
        cluster.Start();
        cluster.Execute = request => Knows(request, 0xE2) ? BodyBytes.Rows(2, [[1], [3]]) : ChangedRows();

        Assert.Equal([1, 2], Row(await cluster.ReadAsync(), 2));
        Assert.Equal([1, 3], Row(await cluster.ReadAsync(), 2)); // of two columns, without being told of them again
        byte[][] bodies = [.. cluster.Servers.Requests.Where(r => r.Opcode == Opcode.Execute).Select(r => r.Body)];
        Assert.Equal([0, 1, 0xAB, 0, 1, 0xE1], bodies[0][..6]);
        Assert.Equal([0, 1, 0xAB, 0, 1, 0xE2], bodies[1][..6]);
    }

    /// <summary>Rows without metadata are read by what is known; of another shape, they would be read wrongly.</summary>
    [Fact]
    public async Task Rows_of_another_shape_without_a_word_end_the_connection()
    {
        await using ScriptedCluster cluster = new("10.0.0.1");
        cluster.Start();
        cluster.Execute = _ => BodyBytes.Rows(2, [[1], [2]]);

        int before = Connections(cluster);

        CqlResult result = await cluster.ReadAsync();

        Assert.NotEqual(CqlOutcome.Success, result.Outcome);
        Assert.Null(result.Rows);
        Assert.True(Connections(cluster) > before);
    }

    private static int Connections(ScriptedCluster cluster) => cluster.Servers.Requests.Count(request => request.Opcode == Opcode.Startup);

    private static bool Knows(ScriptedRequest request, byte metadata) => request.Body[5] == metadata;

    private static byte[] ChangedRows() => BodyBytes.Of(2).Int(Global | Changed).Int(2).ShortBytes([0xE2]).Text("ks").Text("t")
        .Text("value").Short(0x03).Text("added").Short(0x03).Int(1).Value([1]).Value([2]).ToArray();

    private static byte[] Row(CqlResult result, int columns)
    {
        Assert.Equal((CqlOutcome.Success, null), (result.Outcome, result.Reason));
        using CqlRows rows = result.Rows!;
        Assert.True(rows.Read());
        return [.. Enumerable.Range(0, columns).SelectMany(column => rows.Column(column).ToArray())];
    }
}
