using Xunit;

namespace Holdfast.Lab.Tests.Drivers;

/// <summary>Builds a Go program against Debian's gocql, in GOPATH mode; skips the test where that cannot be.</summary>
internal static class GoProgram
{
    /// <returns>The program's path; whoever asked deletes it.</returns>
    public static async Task<string> BuildAsync(string source, TimeSpan patience, string tags = "")
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("HOLDFAST_TEST_FOREIGN") == "off", "foreign programs are off");
        string name = $"holdfast-lab-{Path.GetFileNameWithoutExtension(source)}-{Environment.ProcessId}";
        string program = Path.Combine(Path.GetTempPath(), name);
        using CancellationTokenSource waiting = new(patience, TimeProvider.System);
        var result = await ForeignProgram.RunAsync(
            ".", "go", ["build", "-tags", tags, "-o", program, Path.Combine(ForeignProgram.Folder("go"), source)], waiting.Token,
            ("GO111MODULE", "off"), ("GOPATH", "/usr/share/gocode"), ("GOFLAGS", ""));
        Assert.SkipWhen(result is not { Succeeded: true }, $"go build: {result?.Printed ?? "go is not installed"}");
        return program;
    }
}
