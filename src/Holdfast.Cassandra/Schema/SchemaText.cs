using System.Globalization;
using System.Text;

namespace Holdfast.Cassandra.Schema;

/// <summary>Kask's keyspace and table, as CQL. Lives in this folder: the schema, as text and as it is applied.</summary>
public static class SchemaText
{
    /// <summary>The keyspace, replicated so many times in each data centre.</summary>
    /// <exception cref="ArgumentException">No data centre is given.</exception>
    public static string Keyspace(string keyspace, IReadOnlyCollection<KeyValuePair<string, int>> replication)
    {
        if (replication.Count == 0)
        {
            throw new ArgumentException("A keyspace is replicated in at least one data centre.", nameof(replication));
        }

        StringBuilder text = new($"CREATE KEYSPACE IF NOT EXISTS {Quote(keyspace)} WITH replication = {{'class': 'NetworkTopologyStrategy'");
        foreach ((string dataCenter, int factor) in replication)
        {
            text.Append(CultureInfo.InvariantCulture, $", {Literal(dataCenter)}: {factor}");
        }

        return text.Append('}').ToString();
    }

    /// <summary>The table, as Kask has it.</summary>
    public static string Table(string keyspace, string table) =>
        $"CREATE TABLE IF NOT EXISTS {Quote(keyspace)}.{Quote(table)} (key text PRIMARY KEY, value blob)";

    /// <summary>A name, so that case and keywords are kept.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
