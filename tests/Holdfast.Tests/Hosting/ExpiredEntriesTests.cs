using System.Text.RegularExpressions;
using Holdfast.Embedded;
using Holdfast.Tests.Commands;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Holdfast.Tests.Hosting;

/// <summary>Expired entries are reclaimed without anybody writing: RocksDB's own record of how it was opened says so.</summary>
public sealed class ExpiredEntriesTests
{
    [Fact]
    public async Task Every_file_of_the_store_is_rewritten_twice_a_day_without_what_has_expired()
    {
        using TemporaryFolder folder = new();
        EmbeddedStoreOptions options = new() { Path = folder.Combine("data"), MinFreeBytes = 0 };
        await using var store = EmbeddedSessionStore.Open(options, TimeProvider.System, NullLogger<EmbeddedSessionStore>.Instance);

        var written = Directory.GetFiles(Path.Combine(options.Path, "db"), "OPTIONS-*").Order(StringComparer.Ordinal).Last();
        var settings = await File.ReadAllTextAsync(written);

        Assert.Equal("43200", Value(settings, "periodic_compaction_seconds"));
        Assert.Equal("false", Value(settings, "disable_auto_compactions"));
        Assert.NotEqual("nullptr", Value(settings, "compaction_filter"));
    }

    private static string Value(string settings, string name) =>
        Assert.Single(Regex.Matches(settings, $@"(?m)^\s*{name}=(\S*)$")).Groups[1].Value;
}
