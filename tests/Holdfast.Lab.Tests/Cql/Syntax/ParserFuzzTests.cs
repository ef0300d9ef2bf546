using Holdfast.Lab.Cql;
using Holdfast.Lab.Cql.Syntax;
using Xunit;

namespace Holdfast.Lab.Tests.Cql.Syntax;

public sealed class ParserFuzzTests(ITestOutputHelper output)
{
    private const int Statements = 100_000;
    private const int Seed = 20260117;

    private static readonly string[] Pieces =
    [
        "SELECT", "*", "FROM", "WHERE", "INSERT", "INTO", "VALUES", "USING", "TTL", "TIMESTAMP", "AND", "IN", "LIMIT", "UPDATE",
        "SET", "DELETE", "CREATE", "TABLE", "KEYSPACE", "PRIMARY", "KEY", "WITH", "IF", "NOT", "EXISTS", "BEGIN", "BATCH", "APPLY",
        "USE", "TRUNCATE", "DROP", "ALTER", "ADD", "ORDER", "BY", "CLUSTERING", "COMPACT", "STORAGE", "ALLOW", "FILTERING", "DISTINCT",
        "COUNT", "WRITETIME", "AS", "TOKEN", "CONTAINS", "LIKE", "IS", "NULL", "PER", "PARTITION", "map", "list", "frozen", "text",
        "(", ")", "[", "]", "{", "}", "<", ">", "=", ",", ";", ":", ".", "..", "+", "-", "+=", "?", ":x", "'a''b'", "'", "\"q\"", "\"", "$$",
        "0x", "0xZZ", "1", "-1", "1.", "1e", "1..2", "12h", "550e8400-e29b-41d4-a716-446655440000", "--", "//", "/*", "*/", "\n", "\0", "é", "\ud800",
        "k", "t", "ks.t", "true", "NaN", "-Infinity",
    ];

    private static readonly string[] Valid =
    [
        "CREATE TABLE ks.t (a text, b int, v blob, PRIMARY KEY ((a, b), c)) WITH comment = 'x' AND compaction = {'class': 'y'}",
        "INSERT INTO kask.values (key, value) VALUES (?, 0xCAFE) USING TTL ? AND TIMESTAMP 12",
        "SELECT value, TTL(value) AS t, count(*) FROM kask.values WHERE key IN ('a', :b) AND token(k) > 5 LIMIT 3 ALLOW FILTERING;",
        "UPDATE t USING TTL 3 SET a = {1: 2}, b += [1], c = c - {3} WHERE k = 1 IF EXISTS",
        "BEGIN UNLOGGED BATCH DELETE a, b[1] FROM t WHERE k = $$x$$; APPLY BATCH",
    ];

    [Fact]
    public void Whatever_the_text_the_parser_reads_it_or_refuses_it_as_Cassandra_would()
    {
        output.WriteLine($"seed {Seed}");
        Random random = new(Seed);
        int read = 0;
        for (int i = 0; i < Statements; i++)
        {
            string query = (i % 3) switch
            {
                0 => Soup(random),
                1 => Damaged(random),
                _ => Noise(random),
            };
            try
            {
                Parser.Parse(query);
                read++;
            }
            catch (CqlException refused)
            {
                Assert.NotEmpty(refused.Message);
            }
        }

        Assert.InRange(read, 1, Statements - 1);
    }

    private static string Soup(Random random) =>
        string.Join(random.Next(3) == 0 ? "" : " ", random.GetItems(Pieces, random.Next(1, 30)));

    private static string Damaged(Random random)
    {
        string query = Valid[random.Next(Valid.Length)];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int from = random.Next(query.Length);
            int to = Math.Min(query.Length, from + random.Next(6));
            string piece = random.Next(2) == 0 ? "" : Pieces[random.Next(Pieces.Length)];
            query = query[..from] + piece + query[to..];
        }

        return query;
    }

    private static string Noise(Random random)
    {
        char[] characters = new char[random.Next(40)];
        for (int i = 0; i < characters.Length; i++)
        {
            characters[i] = (char)(random.Next(8) == 0 ? random.Next(char.MaxValue) : random.Next(' ', 127));
        }

        return new string(characters);
    }
}
