using System.Text.RegularExpressions;
using Holdfast.Embedded;
using Holdfast.Tests.Commands;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Holdfast.Tests.Hosting;

/// <summary>What the store leaves to RocksDB: RocksDB's own record of how it was opened says so.</summary>
public sealed class DatabaseSettingsTests
{
    [Fact]
    public async Task Every_file_of_the_store_is_rewritten_twice_a_day_without_what_has_expired()
    {
        var settings = await OpenedWithAsync();

        Assert.Equal("43200", Value(settings, "periodic_compaction_seconds"));
        Assert.Equal("false", Value(settings, "disable_auto_compactions"));
        Assert.NotEqual("nullptr", Value(settings, "compaction_filter"));
    }

    [Fact]
    public async Task A_key_that_is_nowhere_is_known_to_be_so_without_looking_into_a_file()
    {
        var settings = await OpenedWithAsync();

        Assert.StartsWith("bloomfilter", Value(settings, "filter_policy"));
        Assert.Equal("true", Value(settings, "whole_key_filtering"));
        Assert.Equal("true", Value(settings, "memtable_whole_key_filtering"));
        Assert.Equal("0.050000", Value(settings, "memtable_prefix_bloom_size_ratio"));
    }

    private static async Task<string> OpenedWithAsync()
    {
        using TemporaryFolder folder = new();
        EmbeddedStoreOptions options = new() { Path = folder.Combine("data"), MinFreeBytes = 0 };
        await using var store = EmbeddedSessionStore.Open(options, TimeProvider.System, NullLogger<EmbeddedSessionStore>.Instance);
        var written = Directory.GetFiles(Path.Combine(options.Path, "db"), "OPTIONS-*").Order(StringComparer.Ordinal).Last();
        return await File.ReadAllTextAsync(written);
    }

    private static string Value(string settings, string name) =>
        Assert.Single(Regex.Matches(settings, $@"(?m)^\s*{name}=(\S*)$")).Groups[1].Value;
}
