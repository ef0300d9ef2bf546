using Holdfast.Configuration;
using Holdfast.Cql;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Holdfast.Tests.Configuration;

public sealed class KaskConfigurationTests
{
    private static readonly string s_sample =
        File.ReadAllText(RepositoryRoot.Combine("tests", "Holdfast.Tests", "Configuration", "kask-sample.yaml"));

    [Fact]
    public void An_empty_file_gives_Kasks_defaults()
    {
        var options = Reading.Options("");

        Assert.Equal("kask", options.Service.ServiceName);
        Assert.Equal("/v1/", options.Service.BaseUri);
        Assert.Equal("localhost", options.Service.ListenAddress);
        Assert.Equal(8080, options.Service.ListenPort);
        Assert.Equal(86_400, options.Service.DefaultTtl.Seconds);
        Assert.Equal(LogLevel.Information, options.Service.LogLevel);
        Assert.Null(options.Service.TlsCertificatePath);
        Assert.Null(options.Cassandra);
        Assert.Equal(StorageEngine.Embedded, options.Storage.Engine);
    }

    [Fact]
    public void Every_key_of_Kasks_sample_is_read()
    {
        var options = Reading.Options(s_sample + "storage:\n  engine: embedded\n");

        Assert.Equal("/sessions/v1/", options.Service.BaseUri);
        Assert.Equal(8081, options.Service.ListenPort);
        Assert.Equal("/etc/kask/openapi.yaml", options.Service.OpenApiSpec);
        Assert.Equal("/etc/kask/cert.pem", options.Service.TlsCertificatePath);
        Assert.Equal("/etc/kask/key.pem", options.Service.TlsKeyPath);
        var cassandra = options.Cassandra!;
        Assert.Equal(["172.17.0.2", "172.17.0.3", "172.17.0.4"], cassandra.Hosts);
        Assert.Equal(9042, cassandra.Port);
        Assert.Equal("kask", cassandra.Keyspace);
        Assert.Equal("values", cassandra.Table);
        Assert.Equal("datacenter1", cassandra.LocalDataCenter);
        Assert.Equal(TimeSpan.FromMilliseconds(12_001), cassandra.QueryTimeout);
        Assert.Equal(TimeSpan.FromMilliseconds(5_001), cassandra.ConnectTimeout);
        Assert.Equal("jsmith", cassandra.Username);
        Assert.Equal("supersecret", cassandra.Password);
        Assert.Equal("/etc/cassandra/tls/ca.pem", cassandra.TlsCaPath);
        Assert.Equal("/etc/cassandra/tls/cert.pem", cassandra.TlsCertificatePath);
        Assert.Equal("/etc/cassandra/tls/key.pem", cassandra.TlsKeyPath);
        Assert.Equal(StorageEngine.Embedded, options.Storage.Engine);
    }

    [Fact]
    public void The_sample_uses_every_key_that_the_table_calls_Kasks()
    {
        var configuration = Reading.Load(s_sample + "storage:\n  engine: embedded\n");

        Assert.All(SettingTable.All, setting => Assert.Equal(setting.IsKasks || setting.Path == "storage.engine", configuration.OriginOf(setting).IsSaid));
    }

    [Theory]
    [InlineData("cassandra:\n  port: 9042\n")]
    [InlineData("\ncassandra:\n")]
    [InlineData("storage:\n  engine: cassandra\n")]
    public void Cassandra_is_chosen_by_its_section_or_by_name(string yaml) =>
        Assert.Equal(StorageEngine.Cassandra, Reading.Options(yaml).Storage.Engine);

    [Fact]
    public void A_variable_of_the_section_is_the_section_too()
    {
        var options = Reading.Options("", ("HOLDFAST__CASSANDRA__PORT", "9043"));

        Assert.Equal(StorageEngine.Cassandra, options.Storage.Engine);
        Assert.Equal(9043, options.Cassandra!.Port);
    }

    [Theory]
    [InlineData("12000", 2_000)]
    [InlineData("1500", 1_500)]
    public void A_query_timeout_lowers_the_deadline_and_never_raises_it(string written, int deadlineMs)
    {
        var options = Reading.Options($"cassandra:\n  query_timeout_ms: {written}\n");

        Assert.Equal(TimeSpan.FromMilliseconds(deadlineMs), Holdfast.Hosting.StoreChoice.Cluster(options, options.Cassandra!).Deadline);
    }

    [Fact]
    public void What_the_file_says_of_the_cluster_is_what_the_client_is_made_with()
    {
        var options = Reading.Options(s_sample);
        var client = Holdfast.Hosting.StoreChoice.Cluster(options, options.Cassandra!);

        Assert.Equal(["172.17.0.2", "172.17.0.3", "172.17.0.4"], client.ContactPoints);
        Assert.Equal((9042, "datacenter1", "kask"), (client.Port, client.LocalDataCenter, client.Keyspace));
        Assert.Equal(("jsmith", "supersecret"), (client.Username, client.Password));
        Assert.Equal(TimeSpan.FromMilliseconds(5_001), client.ConnectTimeout);
        Assert.Equal(
            ("/etc/cassandra/tls/ca.pem", "/etc/cassandra/tls/cert.pem", "/etc/cassandra/tls/key.pem", true, null),
            (client.Tls!.CertificateAuthorityPath, client.Tls.CertificatePath, client.Tls.KeyPath, client.Tls.CheckHostName, client.Tls.ServerName));
        Assert.True(client.Protection);
        Assert.Null(Holdfast.Hosting.StoreChoice.Cluster(options, new CassandraOptions()).Tls);
    }

    [Fact]
    public void Each_operation_has_the_level_that_the_file_gives_it()
    {
        var options = Reading.Options("cassandra:\n  get_consistency: one\n  set_consistency: quorum\n  delete_consistency: all\n  table: other\n");
        var store = Holdfast.Hosting.StoreChoice.Sessions(options, options.Cassandra!);
        Assert.Equal(
            (ConsistencyLevel.One, ConsistencyLevel.Quorum, ConsistencyLevel.All, "other"),
            (store.GetConsistency, store.SetConsistency, store.DeleteConsistency, store.Table));

        var kasks = Holdfast.Hosting.StoreChoice.Sessions(options, new CassandraOptions());
        Assert.Equal(
            (ConsistencyLevel.LocalQuorum, ConsistencyLevel.LocalQuorum, ConsistencyLevel.EachQuorum),
            (kasks.GetConsistency, kasks.SetConsistency, kasks.DeleteConsistency));
    }

    [Theory]
    [InlineData("sessions/v1", "/sessions/v1/")]
    [InlineData("/sessions/v1", "/sessions/v1/")]
    [InlineData("sessions/v1/", "/sessions/v1/")]
    [InlineData("/", "/")]
    [InlineData("\"\"", "/")]
    public void A_base_uri_gets_its_slashes(string written, string read) =>
        Assert.Equal(read, Reading.Options($"base_uri: {written}\n").Service.BaseUri);

    [Theory]
    [InlineData("DEBUG", LogLevel.Debug)]
    [InlineData("info", LogLevel.Information)]
    [InlineData("Warning", LogLevel.Warning)]
    [InlineData("error", LogLevel.Error)]
    [InlineData("fatal", LogLevel.Critical)]
    public void Log_levels_are_Kasks_in_any_case(string written, LogLevel read) =>
        Assert.Equal(read, Reading.Options($"log_level: {written}\n").Service.LogLevel);

    [Fact]
    public void Text_may_look_like_a_number_and_nothing_is_not_set()
    {
        var options = Reading.Options("service_name: 123\nlisten_port:\ntls:\ncassandra:\n  local_dc: ~\nstorage: {engine: embedded}\n");

        Assert.Equal("123", options.Service.ServiceName);
        Assert.Equal(8080, options.Service.ListenPort);
        Assert.Null(options.Cassandra!.LocalDataCenter);
    }

    [Theory]
    [InlineData("default_ttl: -1\n", "f.yaml:1: default_ttl: ")]
    [InlineData("tls:\n  cert: a\n", "f.yaml:2: tls.cert: given without tls.key")]
    [InlineData("tls:\n  key: a\n  cert: ''\n", "f.yaml:2: tls.key: given without tls.cert")]
    [InlineData("storage: {engine: embedded}\ncassandra:\n  authentication:\n    username: u\n", "f.yaml:4: cassandra.authentication.username: given without")]
    [InlineData("storage: {engine: embedded}\ncassandra:\n  tls:\n    ca: c\n    key: k\n", "f.yaml:5: cassandra.tls.key: given without cassandra.tls.cert")]
    [InlineData("storage: {engine: embedded}\ncassandra:\n  tls:\n    cert: c\n    key: k\n", "f.yaml:4: cassandra.tls.cert: given without cassandra.tls.ca")]
    public void What_Kask_refuses_is_refused_with_its_line(string yaml, string start) =>
        Assert.StartsWith(start, Assert.Single(Reading.Problems(yaml)), StringComparison.Ordinal);
}
