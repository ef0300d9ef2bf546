using Holdfast.Embedded.Native;
using Holdfast.Embedded.Recovery;

namespace Holdfast.Embedded.Opening;

/// <summary>
/// The folder on disk: what belongs there, and every check that is made before RocksDB may touch it. Once open it holds
/// the lock that keeps other processes out.
/// </summary>
/// <remarks>
/// Layout: <c>LOCK</c>, <c>FORMAT</c> (one line, written last when the folder is made), <c>CREATING</c> (there only while it
/// is made), <c>db/</c> (RocksDB). Nothing is ever made in a folder that holds anything else.
/// </remarks>
internal sealed class StoreFolder : IDisposable
{
    /// <summary>The format that this version writes, and the newest it reads.</summary>
    public const int FormatVersion = 1;

    private const string DatabaseName = "db";
    private const string FormatName = "FORMAT";
    private const string FormatPrefix = "holdfast embedded store, format ";
    private const string CreatingName = "CREATING";
    private const string LockName = "LOCK";

    // No reason to refuse a folder: a filesystem's own folder at the root of a mount, and a first step cut off.
    private static readonly string[] Ignored = [LockName, "lost+found", CreatingName + ".tmp"];

    // What .NET answers when another process holds a file: EWOULDBLOCK of Linux and macOS, Windows' sharing violation.
    private static readonly int[] Held = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _lock;

    private StoreFolder(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    public string Path { get; }

    public string Database => System.IO.Path.Combine(Path, DatabaseName);

    private string Current => System.IO.Path.Combine(Database, "CURRENT");

    private string Format => System.IO.Path.Combine(Path, FormatName);

    private string Creating => System.IO.Path.Combine(Path, CreatingName);

    /// <summary>Checks, locks and opens or creates.</summary>
    /// <exception cref="StoreOpenException">The folder cannot be used; nothing in it was changed.</exception>
    public static (StoreFolder Folder, RocksDatabase Database) Open(string path, TimeProvider time)
    {
        string full = System.IO.Path.GetFullPath(path);
        StoreFolder? folder = null;
        try
        {
            RefuseForeign(full);
            DurableFile.MakePrivateFolder(full);
            folder = new StoreFolder(full, Lock(full));
            RefuseForeign(full); // again, now that nobody else can be making it
            RocksDatabase database = IsThere(folder.Format) ? folder.OpenExisting(time) : folder.Create(time);
            return (folder, database);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            folder?.Dispose();
            string reason = error.InnerException is { } inner ? $"{error.Message} ({inner.Message})" : error.Message;
            throw new StoreOpenException(
                Sentence($"{full}: cannot be used as the data folder: {reason}", MachineFault.RemedyFor(reason)), error);
        }
        catch
        {
            folder?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Holds an absent or empty folder, which it makes, so that nobody else can make a store there meanwhile: for restoring one.
    /// </summary>
    /// <exception cref="StoreOpenException">Another process holds it.</exception>
    /// <exception cref="IOException">It holds something already.</exception>
    public static StoreFolder Claim(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        RefuseFull(full);
        DurableFile.MakePrivateFolder(full);
        StoreFolder folder = new(full, Lock(full));
        try
        {
            RefuseFull(full); // again, now that nobody else can be making it
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Opens the database once more, after it was closed because its log had failed; its logs are checked as at a start.</summary>
    /// <exception cref="RocksDbException">It cannot be opened now.</exception>
    /// <exception cref="StoreOpenException">Something in it is damaged or missing; nothing was dropped.</exception>
    /// <exception cref="IOException">Its logs cannot be read.</exception>
    public RocksDatabase Reopen(TimeProvider time)
    {
        RefuseMissingCurrent();
        RefuseDamagedLogs();
        return RocksDatabase.Open(Database, time, create: false);
    }

    /// <summary>True for a folder that does not exist or holds nothing, where a store may be made or restored.</summary>
    public static bool IsAbsentOrEmpty(string path) => !File.Exists(path)
        && (!Directory.Exists(path) || !Directory.EnumerateFileSystemEntries(path).Any(entry => !IsIgnored(entry)));

    /// <summary>Makes the folder a store: the last step of making or restoring one.</summary>
    public void WriteFormat() => DurableFile.Write(Format, FormatPrefix + FormatVersion + "\n");

    public void Dispose() => _lock.Dispose();

    private RocksDatabase OpenExisting(TimeProvider time)
    {
        CheckFormat(File.ReadAllText(Format));
        try
        {
            RocksDatabase database = Reopen(time);

            // Left when the making was cut off after its last step. Were FORMAT lost later, it would call the data unfinished.
            File.Delete(Creating);
            return database;
        }
        catch (RocksDbException error) when (MachineFault.RemedyFor(error.Message) is { } remedy)
        {
            throw new StoreOpenException(
                Sentence($"{Database}: the database cannot be opened now: {SafeReason.Of(error)}", $"Its data is kept. {remedy}"), error);
        }
        catch (RocksDbException error)
        {
            throw new StoreOpenException(
                $"{Database}: the database is damaged or incomplete and was not opened: {SafeReason.Of(error)}. "
                + "Nothing was dropped. Put back what is missing, or restore a backup into an empty folder.", error);
        }
    }

    private void RefuseMissingCurrent()
    {
        if (!IsThere(Current))
        {
            throw new StoreOpenException(
                $"{Database}: CURRENT is missing, so the database cannot be opened without losing data. "
                + "Nothing was changed. Put the file back, or restore a backup into an empty folder.");
        }
    }

    /// <summary>The manifest is a log of what the database is made of; a record that RocksDB drops from it is a file of sessions.</summary>
    private void RefuseDamagedLogs()
    {
        string current = File.ReadAllText(Current).TrimEnd('\n');
        IEnumerable<string> manifests = Directory.EnumerateFiles(Database, "MANIFEST-*")
            .Where(file => System.IO.Path.GetFileName(file) == current); // where there is none of that name, RocksDB refuses
        foreach (string log in Directory.EnumerateFiles(Database, "*.log").Order(StringComparer.Ordinal).Concat(manifests))
        {
            if (LogRecords.FindDamage(log) is { } damage)
            {
                throw new StoreOpenException(
                    $"{log}: the database is damaged or incomplete and was not opened: {damage}. "
                    + "Nothing was dropped. Put back what is missing, or restore a backup into an empty folder.");
            }
        }
    }

    private RocksDatabase Create(TimeProvider time)
    {
        if (Directory.Exists(Database))
        {
            Directory.Delete(Database, recursive: true); // CREATING stands beside it: nothing was ever acknowledged from it
        }

        DurableFile.Write(Creating, "a store is being made here\n");
        try
        {
            RocksDatabase database = RocksDatabase.Open(Database, time, create: true);
            WriteFormat();
            File.Delete(Creating);
            DurableFile.SyncFolder(Path);
            return database;
        }
        catch (RocksDbException error)
        {
            throw new StoreOpenException(
                Sentence($"{Database}: no database could be made: {SafeReason.Of(error)}", MachineFault.RemedyFor(error.Message)), error);
        }
    }

    private void CheckFormat(string text)
    {
        string line = text.TrimEnd('\n', '\r');
        if (!line.StartsWith(FormatPrefix, StringComparison.Ordinal)
            || !int.TryParse(line.AsSpan(FormatPrefix.Length), out int version) || version < 1)
        {
            throw new StoreOpenException($"{Format}: is not the FORMAT file of a Holdfast store. Nothing was changed.");
        }

        if (version > FormatVersion)
        {
            throw new StoreOpenException(
                $"{Format}: the store has format {version} and this version of Holdfast reads up to {FormatVersion}. "
                + "Nothing was changed. Use the version that wrote it, or a newer one.");
        }
    }

    /// <summary>Refuses what is neither nothing nor ours.</summary>
    private static void RefuseForeign(string path)
    {
        if (File.Exists(path))
        {
            throw new StoreOpenException($"{path}: is a file; the data folder must be a folder.");
        }

        bool ours = IsThere(System.IO.Path.Combine(path, FormatName)) || IsThere(System.IO.Path.Combine(path, CreatingName));
        if (!ours && !IsAbsentOrEmpty(path))
        {
            throw new StoreOpenException(
                $"{path}: holds other files and is not a Holdfast store. Nothing was changed. "
                + "Name an empty or absent folder in storage.embedded.path.");
        }
    }

    private static void RefuseFull(string path)
    {
        if (!IsAbsentOrEmpty(path))
        {
            throw new IOException($"{path}: holds something already; restore needs an absent or empty folder.");
        }
    }

    /// <summary>Whether a file is there. Unlike File.Exists, what cannot be told throws: it must not pass for an empty folder or a missing file.</summary>
    private static bool IsThere(string file)
    {
        try
        {
            _ = File.GetAttributes(file);
            return true;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    private static string Sentence(string what, string? remedy) => remedy is null ? what : $"{what.TrimEnd('.')}. {remedy}";

    private static bool IsIgnored(string entry) => Ignored.Contains(System.IO.Path.GetFileName(entry));

    private static FileStream Lock(string path)
    {
        string file = System.IO.Path.Combine(path, LockName);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (Held.Contains(error.HResult))
        {
            throw new StoreOpenException(
                $"{path}: is in use by another process, which holds {file}. One process at a time may open a store.", error);
        }
    }
}
