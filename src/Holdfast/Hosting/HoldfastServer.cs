using Holdfast.Configuration;
using Holdfast.Http;
using Holdfast.Sessions;
using Holdfast.Telemetry;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Holdfast.Hosting;

/// <summary>
/// The running service: a store opened, Kestrel listening on the main and the admin address. Lives in this folder: how
/// the service starts, what it says of its readiness, and how it leaves.
/// </summary>
internal sealed class HoldfastServer : IAsyncDisposable
{
    private readonly HoldfastOptions _options;
    private readonly Func<ILoggerFactory, ISessionStore> _openStore;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<AdminEndpoint> _adminEndpoints;
    private readonly ServiceState _state = new();
    private readonly CancellationTokenSource _stopping = new();
    private WebApplication? _app;
    private ISessionStore? _store;
    private Task _watching = Task.CompletedTask;

    /// <param name="options">Validated.</param>
    /// <param name="openStore">Called once, at start; what it throws, <see cref="StartAsync"/> throws. The server disposes
    /// of the store.</param>
    /// <param name="time">The clock.</param>
    /// <param name="adminEndpoints">What the admin listener can do beside the operators' endpoints.</param>
    public HoldfastServer(
        HoldfastOptions options,
        Func<ILoggerFactory, ISessionStore> openStore,
        TimeProvider time,
        IReadOnlyList<AdminEndpoint>? adminEndpoints = null)
    {
        _options = options;
        _openStore = openStore;
        _time = time;
        _adminEndpoints = adminEndpoints ?? [];
    }

    /// <summary>Where sessions are served, with the real port and without a path; known once started.</summary>
    public Uri Address { get; private set; } = new("http://0.0.0.0");

    /// <summary>Where the admin listener is; known once started.</summary>
    public Uri AdminAddress { get; private set; } = new("http://0.0.0.0");

    /// <summary>Opens the store, binds, and serves.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        ListenOptions? main = null;
        ListenOptions? admin = null;
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = _options.Limits.MaxValueBytes;
            kestrel.Listen(ListenAddress.Resolve(_options.Service.ListenAddress, _options.Service.ListenPort), listen => main = listen);
            kestrel.Listen(ListenAddress.Resolve(_options.Admin.ListenAddress, _options.Admin.ListenPort), listen => admin = listen);
            kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddSingleton(_time).AddMetrics();
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        _app = builder.Build();

        var loggers = _app.Services.GetRequiredService<ILoggerFactory>();
        var logger = loggers.CreateLogger("Holdfast");
        _store = _openStore(loggers);

        var readiness = new Readiness(_state, _store, _options.Readiness.RequireBackend, _time, logger);
        var health = new HealthEndpoints(readiness);
        var metrics = new RequestMetrics(_app.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
        var sessions = new SessionEndpoint(_options, _store, _time, metrics, logger);
        var everywhere = new Dictionary<string, RequestDelegate>
        {
            ["/healthz"] = health.HealthAsync,
            ["/readyz"] = health.ReadyAsync,
        };
        var operators = new OperatorEndpoints(everywhere, _adminEndpoints, _store);
        var dispatcher = new Dispatcher(_options, sessions, operators, context => context.Connection.LocalPort == AdminAddress.Port);
        _app.Run(dispatcher.HandleAsync);

        await _app.StartAsync(cancellationToken);
        Address = ListenAddress.ToUri(main!.IPEndPoint!, secure: false);
        AdminAddress = ListenAddress.ToUri(admin!.IPEndPoint!, secure: false);
        logger.Serving(Address.ToString(), AdminAddress.ToString());
        _watching = readiness.WatchAsync(_stopping.Token);
    }

    /// <summary>Serves, once started, until the process is told to leave and has left in good order.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var term = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGTERM, context => { context.Cancel = true; signal.TrySetResult(); });
        using var interrupt = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGINT, context => { context.Cancel = true; signal.TrySetResult(); });
        await signal.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await StopAsync(CancellationToken.None);
    }

    /// <summary>Stops accepting, lets what is in flight finish, and closes the store.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _state.BeginDraining();
        await _stopping.CancelAsync();
        await _watching;
        if (_app is not null)
        {
            await _app.StopAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        if (_app is not null)
        {
            await _app.DisposeAsync();
            _app = null;
        }

        if (_store is not null)
        {
            await _store.DisposeAsync();
            _store = null;
        }

        _stopping.Dispose();
    }

    /// <summary>The host is started and stopped by this class: no signals, no console.</summary>
    private sealed class EmbeddedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
