using Holdfast.Commands;
using Holdfast.Configuration;
using Xunit;

namespace Holdfast.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    [Fact]
    public void Every_mistake_is_told_at_once_with_its_line_in_the_files_order()
    {
        var problems = Reading.Problems("""
            service_nam: x
            listen_port: "8080"
            storage:
              embedded:
                min_free_bytes: 256MB
                durabilty: sync
            limits: 7
            max_key_bytes: 3
            shutdown:
              drain: 5
            log_level: loud
            """, ("HOLDFAST__ADMIN__ONLY", "yes"), ("HOLDFAST__LIMITS__MAX_VALUE", "3"));

        Assert.Equal(
            [
                "f.yaml:1: service_nam: there is no such setting; did you mean 'service_name'?",
                "f.yaml:2: listen_port: expected a whole number from 0 to 65535, found text in quotes: remove the quotes",
                "f.yaml:5: storage.embedded.min_free_bytes: expected bytes from 0 to 1024TiB, such as 1048576 or 256MiB, found '256MB'",
                "f.yaml:6: storage.embedded.durabilty: there is no such setting; did you mean 'storage.embedded.durability'?",
                "f.yaml:7: limits: expected a section of keys, indented below",
                "f.yaml:8: max_key_bytes: there is no such setting; did you mean 'limits.max_key_bytes'?",
                "f.yaml:10: shutdown.drain: expected a time with its unit from 0s to 1h, such as 100ms, 5s or 1m, found '5'",
                "f.yaml:11: log_level: expected one of debug, info, warning, error, fatal, found 'loud'",
                "HOLDFAST__ADMIN__ONLY: admin.only: expected true or false (on or off), found 'yes'",
                "HOLDFAST__LIMITS__MAX_VALUE: there is no setting of this name; did you mean HOLDFAST__LIMITS__MAX_VALUE_BYTES?",
            ],
            problems);
    }

    [Fact]
    public void A_variable_wins_over_the_file_and_over_the_default_and_is_named_as_the_origin()
    {
        var configuration = Reading.Load(
            "limits:\n  max_value_bytes: 1MiB\n",
            ("HOLDFAST__LIMITS__MAX_VALUE_BYTES", "2MiB"), ("HOLDFAST__SHUTDOWN__DRAIN", "1m"),
            ("HOLDFAST__CASSANDRA__HOSTS", "a, b"), ("HOLDFAST__STORAGE__ENGINE", "embedded"),
            ("HOLDFAST_TEST_SEED", "not ours"), ("HOLDFASTX", "not ours"));

        Assert.Equal(2 * 1024 * 1024, configuration.Options.Limits.MaxValueBytes);
        Assert.Equal(TimeSpan.FromMinutes(1), configuration.Options.Shutdown.Drain);
        Assert.Equal(["a", "b"], configuration.Options.Cassandra!.Hosts);
        Assert.Equal("HOLDFAST__SHUTDOWN__DRAIN", configuration.OriginOf(SettingTable.ByPath["shutdown.drain"]).Place);
    }

    [Theory]
    [InlineData("HOLDFAST_LIMITS__MAX_TTL", "; did you mean HOLDFAST__LIMITS__MAX_TTL?")]
    [InlineData("HOLDFAST_LIMITS_MAX_TTL", "; did you mean HOLDFAST__LIMITS__MAX_TTL?")]
    [InlineData("HOLDFAST__LIMITS_MAX_TTL", "; did you mean HOLDFAST__LIMITS__MAX_TTL?")]
    [InlineData("holdfast__limits__max_ttl", "; did you mean HOLDFAST__LIMITS__MAX_TTL?")]
    [InlineData("HOLDFAST_LISTEN_PORT", "; did you mean HOLDFAST__LISTEN_PORT?")]
    [InlineData("HOLDFAST_LIMITS__MISSPELT", "; 'limits' has max_value_bytes, max_key_bytes, max_ttl, max_connections")]
    [InlineData("HOLDFAST__LIMITS__MISSPELT", "; 'limits' has max_value_bytes, max_key_bytes, max_ttl, max_connections")]
    [InlineData("HOLDFAST_NO__SUCH", "")]
    public void A_variable_that_can_only_be_meant_for_a_setting_and_is_none_is_an_error(string name, string suggestion) => Assert.Equal(
        $"{name}: there is no setting of this name{suggestion}", Assert.Single(Reading.Problems("", (name, "60"))));

    [Fact]
    public void Every_setting_has_a_variable_that_sets_it()
    {
        foreach (var setting in SettingTable.All)
        {
            var problems = Reading.Problems("", (setting.EnvironmentName, setting.Description.Contains("one of", StringComparison.Ordinal) ? "?" : "\u0001 ,"), ("HOLDFAST__X", ""));
            var isFreeText = setting.Description is "a name" or "a folder's path"
                || (setting.Show(new HoldfastOptions()) is null && setting.Path is not ("telemetry.otlp_endpoint" or "telemetry.otlp_headers" or "quota.namespaces" or "quota.default"));

            Assert.Equal(!isFreeText, problems.Any(problem => problem.StartsWith($"{setting.EnvironmentName}: {setting.Path}: ", StringComparison.Ordinal) && !problem.Contains("given without", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData("", 604_800, "default")]
    [InlineData("default_ttl: 604801\n", 604_801, "default, follows default_ttl")]
    [InlineData("default_ttl: 0\n", 0, "default, follows default_ttl")]
    [InlineData("default_ttl: 60\n", 604_800, "default")]
    [InlineData("limits: {max_ttl: 0}\ndefault_ttl: 0\n", 0, "f.yaml:1")]
    [InlineData("limits: {max_ttl: 700000}\n", 700_000, "f.yaml:1")]
    public void The_longest_life_follows_a_longer_usual_one(string yaml, int seconds, string origin)
    {
        var configuration = Reading.Load(yaml);

        Assert.Equal(seconds, configuration.Options.Limits.MaxTtl.Seconds);
        Assert.Equal(origin, configuration.OriginOf(SettingTable.ByPath["limits.max_ttl"]).Place);
    }

    [Theory]
    [InlineData("limits:\n  max_ttl: 60\n", "f.yaml:2: limits.max_ttl: ")]
    [InlineData("limits: {max_ttl: 60}\ndefault_ttl: 0\n", "f.yaml:1: limits.max_ttl: ")]
    [InlineData("listen_port: 8089\n", "f.yaml:1: listen_port: ")]
    [InlineData("listen_address: ''\nadmin:\n  listen_port: 8080\n", "f.yaml:3: admin.listen_port: ")]
    public void Settings_that_contradict_each_other_are_refused(string yaml, string start) =>
        Assert.StartsWith(start, Assert.Single(Reading.Problems(yaml)), StringComparison.Ordinal);

    [Fact]
    public void Two_listeners_may_share_a_port_on_two_addresses() =>
        Assert.Equal(8080, Reading.Options("listen_address: 127.0.0.2\nadmin: {listen_port: 8080}\n").Admin.ListenPort);

    [Fact]
    public void What_is_shown_can_be_read_again_and_means_the_same()
    {
        var first = Reading.Load("""
            service_name: "a: b # c\\d"
            base_uri: x
            listen_address: "::1"
            default_ttl: 0
            cassandra: {hosts: [a, "b"], local_dc: "true", authentication: {username: u, password: hunter2}}
            storage: {engine: embedded, embedded: {durability: relaxed, relaxed_sync_interval: 1500ms, min_free_bytes: 3KiB, cache_bytes: 1048577}}
            workload: {separator: "|", pattern: "^[^:]*:(\\w+):"}
            quota: {default: 100 writes/s, namespaces: {"a \"b\" \\ #": 2MiB/s, "wiki:MWSession": 5 writes/s 1KiB/s}}
            admin: {only: true}
            """);
        var shown = string.Join('\n', ConfigurationListing.Lines(first).Select(line => line.Setting + line.Comment));
        var second = Reading.Load(shown);

        Assert.DoesNotContain("hunter2", shown, StringComparison.Ordinal);
        Assert.Equal("********", second.Options.Cassandra!.Password);
        Assert.All(SettingTable.All.Where(setting => !setting.IsSecret), setting => Assert.Equal(setting.Show(first.Options), setting.Show(second.Options)));
        Assert.Contains("admin:\n  only: true", shown, StringComparison.Ordinal);
        Assert.Equal(2, second.Options.Quota.Namespaces.Count);
        Assert.Contains("# f.yaml:9", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_is_in_no_message()
    {
        var problems = Reading.Problems("cassandra:\n  authentication:\n    password: hunter2\n    pasword: hunter2\n  tls: hunter2\n");

        Assert.True(problems.Length >= 3);
        Assert.DoesNotContain("hunter2", string.Join('\n', problems), StringComparison.Ordinal);
    }
}
