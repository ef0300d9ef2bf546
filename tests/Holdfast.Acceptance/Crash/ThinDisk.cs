namespace Holdfast.Acceptance.Crash;

/// <summary>
/// A disk that has promised more room than lies beneath it: what is written is taken into memory, and putting it on disk fails.
/// Needs root.
/// </summary>
internal sealed class ThinDisk : IDisposable
{
    private readonly string _beneath;
    private readonly string _image;
    private LoopMount? _mount;

    private ThinDisk(string under)
    {
        _beneath = Path.Combine(under, "beneath");
        _image = Path.Combine(_beneath, "disk.img");
        Folder = Path.Combine(under, "mnt");
    }

    public string Folder { get; }

    /// <param name="under">The folder that it is made in.</param>
    /// <param name="mebibytes">What it has promised.</param>
    /// <param name="mebibytesBeneath">What there is.</param>
    public static ThinDisk Make(string under, int mebibytes, int mebibytesBeneath)
    {
        ThinDisk disk = new(under);
        Directory.CreateDirectory(disk._beneath);
        LoopMount.Must("mount", "-t", "tmpfs", "-o", $"size={mebibytesBeneath}m", "tmpfs", disk._beneath);
        try
        {
            using (FileStream file = new(disk._image, FileMode.CreateNew))
            {
                file.SetLength(mebibytes * 1024L * 1024);
            }

            // No journal: it would be given up for good at the first failure.
            LoopMount.Must("mkfs.ext4", "-q", "-F", "-m", "0", "-O", "^has_journal", "-E", "lazy_itable_init=1", "-N", "1024", disk._image);
            disk._mount = LoopMount.Mount(disk._image, disk.Folder, options: "loop");
            return disk;
        }
        catch
        {
            disk.Dispose();
            throw;
        }
    }

    /// <summary>Puts so much beneath it, so that it works again.</summary>
    public void Thicken(int mebibytesBeneath) => LoopMount.Must("mount", "-o", $"remount,size={mebibytesBeneath}m", _beneath);

    /// <summary>Unmounts and mounts it: what was in memory alone is gone.</summary>
    public void Remount()
    {
        _mount?.Dispose();
        _mount = LoopMount.Mount(_image, Folder, options: "loop");
    }

    public void Dispose()
    {
        _mount?.Dispose();
        LoopMount.Must("umount", _beneath);
    }
}
