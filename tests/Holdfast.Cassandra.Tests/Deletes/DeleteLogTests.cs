using Holdfast.Cassandra.Deletes;
using Xunit;

namespace Holdfast.Cassandra.Tests.Deletes;

public sealed class DeleteLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("holdfast-deletes-").FullName;

    private string Folder => Path.Combine(_folder, "deletes");

    private string File => Path.Combine(Folder, "deletes.log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_pending_is_found_again_and_what_is_settled_is_not()
    {
        using (DeleteLog log = DeleteLog.Open(Folder, out _, out _))
        {
            log.Add(DeleteQueueTests.Delete("a"));
            log.Add(DeleteQueueTests.Delete("b", timestamp: 2));
            log.Settle(DeleteQueueTests.Delete("a"));
        }

        using DeleteLog again = DeleteLog.Open(Folder, out IReadOnlyCollection<PendingDelete> pending, out long damaged);
        PendingDelete found = Assert.Single(pending);
        Assert.Equal("b"u8, found.Key);
        Assert.Equal((2, DeleteQueueTests.Delete("b").ExpiresAt, 0L), (found.Timestamp, found.ExpiresAt, damaged));
    }

    [Fact]
    public void What_was_flushed_is_in_the_file_before_anybody_syncs_it()
    {
        // All that a killed process leaves behind.
        using DeleteLog log = DeleteLog.Open(Folder, out _, out _);
        log.Add(DeleteQueueTests.Delete("a"));
        log.Flush();
        string other = Path.Combine(_folder, "other");
        Directory.CreateDirectory(other);
        CopyTo(Path.Combine(other, "deletes.log"));

        using DeleteLog survivor = DeleteLog.Open(other, out IReadOnlyCollection<PendingDelete> pending, out _);

        Assert.Equal("a"u8, Assert.Single(pending).Key);
    }

    [Fact]
    public void Cut_off_anywhere_it_keeps_all_whole_records_and_takes_new_ones()
    {
        byte[] whole = Written("a", "b", "c");
        byte[] two = Written("a", "b");
        for (int length = 0; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            using (DeleteLog log = DeleteLog.Open(Folder, out IReadOnlyCollection<PendingDelete> pending, out _))
            {
                Assert.Equal(length >= two.Length, pending.Count == 2);
                Assert.True(pending.Count <= 2);
                log.Add(DeleteQueueTests.Delete("new"));
            }

            using DeleteLog again = DeleteLog.Open(Folder, out IReadOnlyCollection<PendingDelete> found, out long damaged);
            Assert.Equal("new"u8, found.Last().Key);
            Assert.Equal(0, damaged);
        }
    }

    [Fact]
    public void A_changed_byte_is_never_taken_for_a_delete()
    {
        byte[] whole = Written("a", "b", "c");
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] changed = [.. whole];
            changed[at] ^= 0x40;
            System.IO.File.WriteAllBytes(File, changed);
            using DeleteLog log = DeleteLog.Open(Folder, out IReadOnlyCollection<PendingDelete> pending, out long damaged);
            Assert.True(damaged > 0);
            Assert.InRange(pending.Count, at < 8 ? 3 : 2, at < 8 ? 3 : 2); // what stands before and after it is kept
            Assert.All(pending, delete => Assert.Contains(delete.Key, (byte[][])["a"u8.ToArray(), "b"u8.ToArray(), "c"u8.ToArray()]));
        }
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Only_its_owner_may_read_it_also_when_it_has_been_written_anew()
    {
        using DeleteLog log = DeleteLog.Open(Folder, out _, out _);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        Fill(log);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(Folder));
    }

    [Fact]
    public void It_is_written_anew_when_most_of_it_is_settled()
    {
        using (DeleteLog log = DeleteLog.Open(Folder, out _, out _))
        {
            Fill(log);
            Assert.InRange(new FileInfo(File).Length, 1, 1_000);
            log.Add(DeleteQueueTests.Delete("after"));
        }

        using DeleteLog again = DeleteLog.Open(Folder, out IReadOnlyCollection<PendingDelete> pending, out _);
        Assert.Equal(["kept", "after"], pending.Select(delete => System.Text.Encoding.UTF8.GetString(delete.Key)));
    }

    [Fact]
    public void With_nothing_pending_no_key_stays_on_the_disk()
    {
        using DeleteLog log = DeleteLog.Open(Folder, out _, out _);
        log.Add(DeleteQueueTests.Delete("a-secret"));
        log.Settle(DeleteQueueTests.Delete("a-secret"));
        log.Clear();

        Assert.Equal(8, new FileInfo(File).Length);
    }

    [Fact]
    public void A_second_process_cannot_have_it()
    {
        using DeleteLog log = DeleteLog.Open(Folder, out _, out _);

        Assert.Throws<IOException>(() => DeleteLog.Open(Folder, out _, out _));
    }

    /// <summary>Past the size at which it is written anew, with one delete still pending.</summary>
    private static void Fill(DeleteLog log)
    {
        PendingDelete kept = DeleteQueueTests.Delete("kept");
        log.Add(kept);
        for (int i = 0; i < 1_000; i++)
        {
            log.Add(DeleteQueueTests.Delete($"key {i} and some more of it"));
            log.Settle(DeleteQueueTests.Delete($"key {i} and some more of it"));
        }

        Assert.True(log.IsMostlySettled);
        log.Rewrite([kept]);
    }

    private byte[] Written(params string[] keys)
    {
        Directory.CreateDirectory(Folder);
        System.IO.File.Delete(File);
        using (DeleteLog log = DeleteLog.Open(Folder, out _, out _))
        {
            Assert.All(keys, key => log.Add(DeleteQueueTests.Delete(key)));
        }

        return System.IO.File.ReadAllBytes(File);
    }

    /// <summary>The lock on it is for who opens it to write; a copy reads past it.</summary>
    private void CopyTo(string path)
    {
        using System.Diagnostics.Process copy = System.Diagnostics.Process.Start("cp", [File, path]);
        copy.WaitForExit();
        Assert.Equal(0, copy.ExitCode);
    }
}
