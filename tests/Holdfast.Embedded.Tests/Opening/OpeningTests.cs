using System.Buffers.Binary;
using Holdfast.Embedded.Opening;
using Xunit;

namespace Holdfast.Embedded.Tests.Opening;

/// <summary>
/// What the store refuses to open, each with a message that names the path and a folder in which nothing was changed; and
/// the one damage that it accepts, a torn tail of the log.
/// </summary>
public sealed class OpeningTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_acknowledged_is_there_after_reopening()
    {
        await Fill(100);

        await using EmbeddedSessionStore store = _folder.Open();
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(Value(i), await store.Get($"key{i}"));
        }
    }

    [Fact]
    public async Task The_folder_is_its_owners_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix permissions");
        await Fill(1);

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(_folder.Data));
    }

    [Fact]
    public void A_folder_with_other_files_is_refused_and_left_alone()
    {
        Directory.CreateDirectory(_folder.Data);
        File.WriteAllText(Path.Combine(_folder.Data, "thesis.txt"), "the only copy");

        RefusesAndChangesNothing(_folder.Data, "not a Holdfast store");
        Assert.Equal(["thesis.txt"], Directory.GetFileSystemEntries(_folder.Data).Select(Path.GetFileName));
    }

    [Fact]
    public void A_file_in_the_folders_place_is_refused()
    {
        File.WriteAllText(_folder.Data, "not a folder");

        Assert.Contains(_folder.Data, Assert.Throws<StoreOpenException>(() => _folder.Open()).Message, StringComparison.Ordinal);
        Assert.Equal("not a folder", File.ReadAllText(_folder.Data));
    }

    [Fact]
    public async Task A_store_that_is_open_is_refused_to_a_second_one()
    {
        await using EmbeddedSessionStore first = _folder.Open();
        await first.Set("key", "value");

        StoreOpenException refusal = Assert.Throws<StoreOpenException>(() => _folder.Open());

        Assert.Contains("another process", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Data, refusal.Message, StringComparison.Ordinal);
        Assert.Equal("value", await first.Get("key"));
    }

    [Fact]
    public async Task A_newer_format_is_refused()
    {
        await Fill(1);
        File.WriteAllText(Path.Combine(_folder.Data, "FORMAT"), "holdfast embedded store, format 2\n");

        RefusesAndChangesNothing(Path.Combine(_folder.Data, "FORMAT"), "format 2");
    }

    [Theory]
    [InlineData("")]
    [InlineData("something else\n")]
    [InlineData("holdfast embedded store, format -1\n")]
    public async Task A_format_file_that_is_not_ours_is_refused(string text)
    {
        await Fill(1);
        File.WriteAllText(Path.Combine(_folder.Data, "FORMAT"), text);

        RefusesAndChangesNothing(Path.Combine(_folder.Data, "FORMAT"), "is not the FORMAT file");
    }

    [Fact]
    public async Task A_missing_format_file_makes_a_foreign_folder()
    {
        await Fill(1);
        File.Delete(Path.Combine(_folder.Data, "FORMAT"));

        RefusesAndChangesNothing(_folder.Data, "not a Holdfast store");
    }

    [Fact]
    public async Task A_flipped_byte_in_the_log_is_refused_wherever_it_is()
    {
        await Fill(200);
        string log = _folder.NewestLog();
        byte[] whole = File.ReadAllBytes(log);
        Assert.True(whole.Length > 10_000);
        foreach (double where in new[] { 0.01, 0.1, 0.3, 0.5, 0.7, 0.9 })
        {
            byte[] flipped = [.. whole];
            flipped[(int)(whole.Length * where)] ^= 0x10;
            File.WriteAllBytes(log, flipped);

            RefusesAndChangesNothing(log, "damaged or incomplete");
        }

        File.WriteAllBytes(log, whole);
        await using EmbeddedSessionStore store = _folder.Open();
        Assert.Equal(Value(199), await store.Get("key199"));
    }

    [Fact]
    public async Task A_flipped_bit_in_the_header_of_a_record_is_refused_wherever_it_is()
    {
        await Fill(50);
        string log = _folder.NewestLog();
        byte[] whole = File.ReadAllBytes(log);
        List<int> records = RecordsOf(whole);
        Assert.True(records.Count >= 50);
        foreach (int record in new[] { records[0], records[1], records[records.Count / 2], records[^2], records[^1] })
        {
            for (int at = 0; at < 7; at++)
            {
                foreach (byte bit in new byte[] { 1, 4, 0x80 })
                {
                    byte[] flipped = [.. whole];
                    flipped[record + at] ^= bit;
                    File.WriteAllBytes(log, flipped);

                    RefusesAndChangesNothing(log, "damaged or incomplete");
                }
            }
        }

        File.WriteAllBytes(log, whole);
        await using EmbeddedSessionStore store = _folder.Open();
        Assert.Equal(Value(49), await store.Get("key49"));
    }

    [Fact]
    public async Task A_flipped_bit_in_the_manifest_is_refused_wherever_it_is()
    {
        await using (EmbeddedSessionStore store = _folder.Open())
        {
            await FillAsync(store, 20);
            store.CompactAll();
        }

        string manifest = Directory.GetFiles(_folder.Database, "MANIFEST-*").Single();
        byte[] whole = File.ReadAllBytes(manifest);
        List<int> records = RecordsOf(whole);
        Assert.True(records.Count > 2);
        foreach (int at in records.SelectMany(record => Enumerable.Range(record, 8))) // each header, and a byte of what it heads
        {
            byte[] flipped = [.. whole];
            flipped[at] ^= 4;
            File.WriteAllBytes(manifest, flipped);

            RefusesAndChangesNothing(manifest, "damaged or incomplete");
        }

        File.WriteAllBytes(manifest, whole);
        await using EmbeddedSessionStore reopened = _folder.Open();
        Assert.Equal(Value(19), await reopened.Get("key19"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("MANIFEST-999999\n")]
    [InlineData("MANI\0EST\n")]
    public async Task A_CURRENT_that_names_no_manifest_is_refused(string text)
    {
        await Fill(10);
        File.WriteAllText(Path.Combine(_folder.Database, "CURRENT"), text);

        RefusesAndChangesNothing(_folder.Database, "damaged or incomplete");
    }

    [Fact]
    public async Task A_log_cut_anywhere_in_its_last_record_loses_that_one_alone()
    {
        await Fill(20);
        byte[] whole = File.ReadAllBytes(_folder.NewestLog());
        int last = RecordsOf(whole)[^1];
        string cut = Path.Combine(_folder.Path, "cut.log");
        for (int length = last; length <= whole.Length; length++)
        {
            File.WriteAllBytes(cut, whole[..length]);
            Assert.Null(LogRecords.FindDamage(cut));
        }

        File.WriteAllBytes(cut, [.. whole, .. new byte[40_000]]); // room that was never written
        Assert.Null(LogRecords.FindDamage(cut));
        File.WriteAllBytes(cut, [.. whole, .. new byte[40_000], 1]);
        Assert.NotNull(LogRecords.FindDamage(cut));
    }

    [Fact]
    public async Task A_missing_log_is_refused()
    {
        await Fill(200);
        File.Delete(_folder.NewestLog());

        RefusesAndChangesNothing(_folder.Database, "damaged or incomplete");
    }

    [Fact]
    public async Task A_missing_CURRENT_is_refused_again_and_again()
    {
        await Fill(10);
        File.Delete(Path.Combine(_folder.Database, "CURRENT"));

        RefusesAndChangesNothing(_folder.Database, "CURRENT is missing");
        RefusesAndChangesNothing(_folder.Database, "CURRENT is missing");
    }

    [Fact]
    public async Task A_missing_table_file_is_refused()
    {
        await using (EmbeddedSessionStore store = _folder.Open())
        {
            await FillAsync(store, 200);
            store.CompactAll();
        }

        File.Delete(Directory.GetFiles(_folder.Database, "*.sst").First());

        RefusesAndChangesNothing(_folder.Database, "damaged or incomplete");
    }

    [Fact]
    public async Task A_torn_tail_of_the_log_loses_only_the_write_that_was_torn()
    {
        await Fill(200);
        string log = _folder.NewestLog();
        using (FileStream stream = new(log, FileMode.Open))
        {
            stream.SetLength(stream.Length - 5);
        }

        await using EmbeddedSessionStore store = _folder.Open();
        for (int i = 0; i < 199; i++)
        {
            Assert.Equal(Value(i), await store.Get($"key{i}"));
        }

        Assert.Null(await store.Get("key199"));
        await store.Set("key199", "again");
        Assert.Equal("again", await store.Get("key199"));
    }

    [Fact]
    public async Task A_folder_whose_making_was_cut_off_is_made_anew()
    {
        Directory.CreateDirectory(_folder.Database);
        File.WriteAllText(Path.Combine(_folder.Data, "CREATING"), "");
        File.WriteAllText(Path.Combine(_folder.Database, "CURRENT"), "half");

        await using EmbeddedSessionStore store = _folder.Open();

        await store.Set("key", "value");
        Assert.Equal("value", await store.Get("key"));
    }

    [Fact]
    public async Task A_folder_whose_making_was_cut_off_at_its_first_step_is_made_anew()
    {
        Directory.CreateDirectory(_folder.Data);
        File.WriteAllText(Path.Combine(_folder.Data, "CREATING.tmp"), "");

        await using EmbeddedSessionStore store = _folder.Open();

        await store.Set("key", "value");
        Assert.Equal("value", await store.Get("key"));
    }

    [Fact]
    public async Task What_is_left_of_the_making_never_lets_acknowledged_data_be_made_anew()
    {
        await Fill(1);
        File.WriteAllText(Path.Combine(_folder.Data, "CREATING"), ""); // cut off after FORMAT, before this was removed
        await Fill(2);
        File.Delete(Path.Combine(_folder.Data, "FORMAT"));

        RefusesAndChangesNothing(_folder.Data, "not a Holdfast store");
    }

    [Fact]
    public async Task A_folder_that_holds_only_lost_and_found_is_empty()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Data, "lost+found"));

        await using EmbeddedSessionStore store = _folder.Open();

        Assert.True((await store.CheckReadinessAsync(CancellationToken.None)).IsReady);
    }

    private static string Value(int i) => $"value {i} " + new string('x', 300);

    private async Task Fill(int count)
    {
        await using EmbeddedSessionStore store = _folder.Open();
        await FillAsync(store, count);
    }

    private static async Task FillAsync(EmbeddedSessionStore store, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await store.Set($"key{i}", Value(i));
        }
    }

    /// <summary>Where the records of a log begin: 32 KiB blocks; a checksum (4), a length (2), a type (1), the payload.</summary>
    private static List<int> RecordsOf(byte[] log)
    {
        List<int> records = [];
        for (int at = 0; at + 7 <= log.Length;)
        {
            int left = 32_768 - (at % 32_768);
            if (left < 7)
            {
                at += left;
                continue;
            }

            records.Add(at);
            at += 7 + BinaryPrimitives.ReadUInt16LittleEndian(log.AsSpan(at + 4));
        }

        return records;
    }

    private void RefusesAndChangesNothing(string path, string reason)
    {
        Dictionary<string, string> before = _folder.Snapshot();

        StoreOpenException refusal = Assert.Throws<StoreOpenException>(() => _folder.Open());

        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, _folder.Snapshot());
    }
}
