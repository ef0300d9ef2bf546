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

    public static LoopMount Mount(string image, string folder)
    {
        Directory.CreateDirectory(folder);
        LoopMount mount = new(image, folder);
        Must("mount", "-o", "loop,commit=600", image, folder);
        mount._mounted = true;
        return mount;
    }

    public void Dispose()
    {
        if (_mounted)
        {
            _mounted = false;
            Must("umount", Folder);
        }
    }

    private static void Must(string program, params string[] arguments)
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
