using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Holdfast.Tests.Commands;

public sealed class CommandLineTests : IDisposable
{
    private const string Bad = """
        service_nam: x
        listen_port: eighty
        storage:
          embedded: {path: data}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("serve")]
    [InlineData("backup")]
    [InlineData("restore")]
    [InlineData("config show")]
    [InlineData("config check")]
    public async Task A_wrong_configuration_is_told_in_full_with_exit_code_78_and_nothing_is_started(string command)
    {
        _folder.Write("bad.yaml", Bad);
        string[] arguments = command switch
        {
            "config check" => ["config", "check", "bad.yaml"],
            "backup" or "restore" => [command, "somewhere", "--config", "bad.yaml"],
            _ => [.. command.Split(' '), "--config", "bad.yaml"],
        };

        var (exitCode, output, error) = await HoldfastProcess.RunAsync(_folder.Path, arguments, ("HOLDFAST__NO_SUCH", "1"));

        Assert.Equal(78, exitCode);
        Assert.Empty(output);
        Assert.Equal(
            """
            bad.yaml:1: service_nam: there is no such setting; did you mean 'service_name'?
            bad.yaml:2: listen_port: expected a whole number from 0 to 65535, found 'eighty'
            HOLDFAST__NO_SUCH: there is no setting of this name

            """,
            error);
        Assert.Equal([_folder.Combine("bad.yaml")], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Without_a_server_there_is_no_workload_to_show()
    {
        var (exitCode, output, error) = await HoldfastProcess.RunAsync(_folder.Path, ["top", "--once", "--admin", "http://127.0.0.1:1"]);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith("holdfast: no Holdfast answers at http://127.0.0.1:1/", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_good_file_is_called_good()
    {
        var sample = RepositoryRoot.Combine("ops", "holdfast.yaml");

        var (exitCode, output, error) = await HoldfastProcess.RunAsync(_folder.Path, ["config", "check", sample]);

        Assert.Equal((0, $"{sample}: ok\n", ""), (exitCode, output, error));
    }

    [Fact]
    public async Task A_Kask_file_whose_certificates_are_missing_says_which_setting_names_them()
    {
        var sample = RepositoryRoot.Combine("tests", "Holdfast.Tests", "Configuration", "kask-sample.yaml");

        var (exitCode, _, error) = await HoldfastProcess.RunAsync(
            _folder.Path, ["serve", "--config", sample], ("HOLDFAST__TLS__CERT", ""), ("HOLDFAST__TLS__KEY", ""));

        Assert.Equal(1, exitCode);
        Assert.Contains("cassandra.tls.ca", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Without_a_file_the_built_in_configuration_is_shown()
    {
        var (exitCode, output, _) = await HoldfastProcess.RunAsync(_folder.Path, ["config", "show"], ("HOLDFAST__SHUTDOWN__DRAIN", "1s"));

        Assert.Equal(0, exitCode);
        Assert.Matches(@"(?m)^base_uri: /sessions/v1/ +# built-in:\d+$", output);
        Assert.Matches(@"(?m)^listen_address: 127\.0\.0\.1 +# built-in:\d+$", output);
        Assert.Matches(@"(?m)^listen_port: 8080 +# built-in:\d+$", output);
        Assert.Matches(@"(?m)^  drain: 1s +# HOLDFAST__SHUTDOWN__DRAIN$", output);
        Assert.Matches(@"(?m)^  max_ttl: 604800 +# default$", output);
    }

    [Fact]
    public async Task Help_names_every_command_and_the_exit_codes()
    {
        var (exitCode, output, _) = await HoldfastProcess.RunAsync(_folder.Path, ["--help"]);

        Assert.Equal(0, exitCode);
        Assert.All(["serve", "config", "backup <DIR>", "restore <DIR>", "  78  "], word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_version_is_a_version()
    {
        var (exitCode, output, _) = await HoldfastProcess.RunAsync(_folder.Path, ["--version"]);

        Assert.Equal(0, exitCode);
        Assert.Matches(@"\A\d+\.\d+\.\d+", output);
    }

    [Fact]
    public async Task Serve_says_where_it_listens_and_how_to_try_it_and_the_lines_work()
    {
        await using var server = HoldfastProcess.Start(_folder.Path, ["serve"],
            ("HOLDFAST__LISTEN_PORT", "0"), ("HOLDFAST__ADMIN__LISTEN_PORT", "0"), ("HOLDFAST__SHUTDOWN__DRAIN", "0s"));
        var (main, admin) = await server.ServingAsync();
        var greeting = new Uri(main, "/sessions/v1/greeting");
        using HttpClient client = new();

        using var posted = await client.PostAsync(greeting, new StringContent("hello"));
        Assert.Equal(HttpStatusCode.Created, posted.StatusCode);
        Assert.Equal("hello", await client.GetStringAsync(greeting));
        using var deleted = await client.DeleteAsync(greeting);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(0, await server.TerminateAsync());

        Assert.Contains($"serves sessions on {main}sessions/v1/", server.Error, StringComparison.Ordinal);
        Assert.Contains($"{_folder.Combine("holdfast-data")} (durability: sync)", server.Error, StringComparison.Ordinal);
        Assert.Contains(admin.GetLeftPart(UriPartial.Authority), server.Error, StringComparison.Ordinal);
        Assert.Contains($"  curl -i -X POST --data-binary 'hello' {greeting}\n  curl -i {greeting}\n  curl -i -X DELETE {greeting}\n", server.Error, StringComparison.Ordinal);
        Assert.All(server.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith("{\"msg\":", line, StringComparison.Ordinal));
        Assert.True(Directory.Exists(_folder.Combine("holdfast-data")));
    }

    [Fact]
    public async Task An_address_in_use_is_named_with_what_to_do()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var (exitCode, _, error) = await HoldfastProcess.RunAsync(_folder.Path, ["serve"],
            ("HOLDFAST__LISTEN_PORT", $"{port}"), ("HOLDFAST__ADMIN__LISTEN_PORT", "0"));

        Assert.Equal(1, exitCode);
        Assert.Contains($"127.0.0.1:{port}", error, StringComparison.Ordinal);
        Assert.Contains("HOLDFAST__LISTEN_PORT", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_foreign_folder_is_named_and_left_alone()
    {
        Directory.CreateDirectory(_folder.Combine("holdfast-data"));
        var foreign = _folder.Write("holdfast-data/precious.txt", "mine");

        var (exitCode, _, error) = await HoldfastProcess.RunAsync(_folder.Path, ["serve"],
            ("HOLDFAST__LISTEN_PORT", "0"), ("HOLDFAST__ADMIN__LISTEN_PORT", "0"));

        Assert.Equal(1, exitCode);
        Assert.Contains(_folder.Combine("holdfast-data"), error, StringComparison.Ordinal);
        Assert.Equal([foreign], Directory.GetFileSystemEntries(_folder.Combine("holdfast-data")));
    }

    [Fact]
    public async Task A_name_without_an_address_is_told_as_such()
    {
        var (exitCode, _, error) = await HoldfastProcess.RunAsync(_folder.Path, ["serve"],
            ("HOLDFAST__LISTEN_ADDRESS", "no-such-host.invalid"), ("HOLDFAST__ADMIN__LISTEN_PORT", "0"));

        Assert.Equal(1, exitCode);
        Assert.Contains("no-such-host.invalid", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-file.pem")]
    [InlineData("garbage.pem")]
    public async Task A_certificate_that_cannot_be_used_is_named_by_its_setting(string file)
    {
        _folder.Write("garbage.pem", "no certificate");

        var (exitCode, _, error) = await HoldfastProcess.RunAsync(_folder.Path, ["serve"],
            ("HOLDFAST__TLS__CERT", file), ("HOLDFAST__TLS__KEY", file), ("HOLDFAST__LISTEN_PORT", "0"), ("HOLDFAST__ADMIN__LISTEN_PORT", "0"));

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"holdfast: tls.cert ({file}) and tls.key ({file}) cannot be used: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Combine("holdfast-data")));
    }
}
