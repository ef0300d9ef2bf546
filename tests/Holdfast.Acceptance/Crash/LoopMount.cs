using System.Diagnostics;
using Xunit;

namespace Holdfast.Acceptance.Crash;

/// <summary>An ext4 filesystem in a file, mounted: a disk that can be full, or lose its power. Needs root.</summary>
internal sealed class LoopMount : IDisposable
{
    private bool _mounted;

    private LoopMount(string image, string folder)
    {
        Image = image;
        Folder = folder;
    }

    public string Image { get; }

    public string Folder { get; }

    /// <summary>Skips the test where such a filesystem cannot be made.</summary>
    public static void SkipUnlessPossible()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "needs root on Linux to mount a filesystem");
        Assert.SkipUnless(Run("sh", "-c", "command -v mkfs.ext4 && test -e /dev/loop-control") == 0, "needs mkfs.ext4 and loop devices");
    }

    /// <summary>Makes a filesystem of so many mebibytes and mounts it.</summary>
    /// <remarks>commit=600: the journal writes nothing back on its own, so that only what was synced is in the image.</remarks>
    public static LoopMount Make(string under, int mebibytes)
    {
        string image = Path.Combine(under, "disk.img");
        using (FileStream file = new(image, FileMode.CreateNew))
        {
            file.SetLength(mebibytes * 1024L * 1024);
        }

        Must("mkfs.ext4", "-q", "-F", "-m", "0", image);
        return Mount(image, Path.Combine(under, "mnt"));
    }

    public static LoopMount Mount(string image, string folder, string options = "loop,commit=600")
    {
        Directory.CreateDirectory(folder);
        LoopMount mount = new(image, folder);
        Must("mount", "-o", options, image, folder);
        mount._mounted = true;
        return mount;
    }

    /// <summary>Makes one folder read-only, while the disk that it lies on is not.</summary>
    public static LoopMount BindReadOnly(string folder)
    {
        LoopMount mount = new("", folder);
        Must("mount", "--bind", folder, folder);
        mount._mounted = true;
        Must("mount", "-o", "remount,bind,ro", folder);
        return mount;
    }

    /// <summary>Writes a file until nothing more fits, to the last block; removing it makes room again.</summary>
    public string Fill()
    {
        string ballast = Path.Combine(Folder, "ballast");
        using FileStream file = new(ballast, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (int bytes in new[] { 1024 * 1024, 4096, 512 })
        {
            try
            {
                while (true)
                {
                    file.Write(new byte[bytes]);
                    file.Flush(flushToDisk: true);
                }
            }
            catch (IOException)
            {
                // It is full, but for less than that.
            }
        }

        return ballast;
    }

    /// <summary>Forbids or allows writing to it, as Linux forbids it after an error of the disk.</summary>
    public void MakeReadOnly(bool readOnly) => Must("mount", "-o", readOnly ? "remount,ro" : "remount,rw", Folder);

    public void Dispose()
    {
        if (_mounted)
        {
            _mounted = false;
            Must("umount", Folder);
        }
    }

    internal static void Must(string program, params string[] arguments)
    {
        if (Run(program, arguments) != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed.");
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return process.ExitCode;
    }
}
