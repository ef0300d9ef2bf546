using System.Diagnostics.Metrics;
using Holdfast.Admin;
using Holdfast.Configuration;
using Holdfast.Events;
using Holdfast.Health;
using Holdfast.Http;
using Holdfast.OpenApi;
using Holdfast.Sessions;
using Holdfast.Telemetry;
using Holdfast.Telemetry.Logging;
using Microsoft.AspNetCore.Http.Features;

namespace Holdfast.Hosting;

/// <summary>
/// The running service: a store opened, Kestrel listening on the main and the admin address. Lives in this folder: how
/// the service starts, what it says of its readiness, and how it leaves.
/// </summary>
internal sealed class HoldfastServer : IAsyncDisposable
{
    private readonly HoldfastOptions _options;
    private readonly Func<IServiceProvider, ISessionStore> _openStore;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<AdminEndpoint> _adminEndpoints;
    private readonly ServiceState _state = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly EventLog _events;
    private readonly LogQueue _logQueue;
    private readonly KaskLoggerProvider _log;
    private readonly KestrelSetup _kestrel;
    private readonly WebApplication _app;
    private readonly ILogger _logger;
    private readonly HealthEndpoints _opening;
    private OtlpExport? _export;
    private ISessionStore? _store;
    private RequestDelegate _handler;
    private Task _background = Task.CompletedTask;

    /// <param name="options">Validated.</param>
    /// <param name="openStore">Called once, at start; what it throws, <see cref="StartAsync"/> throws. The server disposes
    /// of the store.</param>
    /// <param name="time">The clock.</param>
    /// <param name="adminEndpoints">What the admin listener can do beside the operators' endpoints.</param>
    /// <param name="logOutput">Where the log goes; standard output when null.</param>
    public HoldfastServer(
        HoldfastOptions options,
        Func<IServiceProvider, ISessionStore> openStore,
        TimeProvider time,
        IReadOnlyList<AdminEndpoint>? adminEndpoints = null,
        Stream? logOutput = null)
    {
        _options = options;
        _openStore = openStore;
        _time = time;
        _adminEndpoints = adminEndpoints ?? [];
        _events = new EventLog(options.Events.Path, options.Events.MaxBytes, time);
        _logQueue = new LogQueue(logOutput ?? StandardOutput.Open(), time);
        _log = new KaskLoggerProvider(options.Service.ServiceName, _logQueue, time);
        _kestrel = new KestrelSetup(options);
        _app = Build();
        _logger = _app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Holdfast");
        _opening = new HealthEndpoints(
            new Readiness(_state, null, options.Readiness.RequireBackend, time, _logger), context => _kestrel.IsAdmin(context));
        _handler = AnswerStarting;
    }

    /// <summary>Where sessions are served, with the real port and without a path; known once started.</summary>
    public Uri Address => _kestrel.Address;

    /// <summary>Where the admin listener is; known once started.</summary>
    public Uri AdminAddress => _kestrel.AdminAddress;

    /// <summary>Whether the SDK is told of each request, since a collector wants to know.</summary>
    private bool IsToldOfAll => _options.Telemetry.OtlpEndpoint is not null;

    /// <summary>Binds, opens the store, and serves.</summary>
    /// <remarks>
    /// In this order: an address that is taken must not leave a new data folder behind. Who asks in between is told to come
    /// again.
    /// </remarks>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _app.Run(context => Volatile.Read(ref _handler)(context));
        await _app.StartAsync(cancellationToken);

        var services = _app.Services;
        _store = _openStore(services);
        var readiness = new Readiness(_state, _store, _options.Readiness.RequireBackend, _time, _logger);
        var meters = services.GetRequiredService<IMeterFactory>();
        var metrics = new RequestMetrics(meters, Address.Scheme);
        ServiceMetrics.Register(meters, _state, readiness, _log, _logQueue);
        _events.Register(meters);
        _events.Start(ServiceEvents.Started(_options, Address), _logger);
        MinuteTally minutes = new(_events, metrics.Totals, _time);

        var insight = StoreInsight.Of(_options, _store, _time, services);
        var sessions = new SessionEndpoint(_options, insight.Served, _time, metrics, _logger, _state);
        var operators = new OperatorEndpoints(
            Operators(readiness, metrics),
            ServiceEvents.Recorded(
                [.. _adminEndpoints, WorkloadEndpoint.Create(_options.Admin.ListenAddress, insight.Workload)], _events, _options.Admin.ListenAddress),
            _store);
        var dispatcher = new Dispatcher(_options, sessions, operators, context => _kestrel.IsAdmin(context));
        Volatile.Write(ref _handler, dispatcher.HandleAsync);
        metrics.ShowFromStart();
        _logger.Serving($"{Address}{_options.Service.BaseUri.TrimStart('/')}", [Address.ToString(), AdminAddress.ToString()]);
        _background = Task.WhenAll(
            readiness.WatchAsync(_stopping.Token), SumUpAsync(metrics), insight.RunAsync(_stopping.Token), minutes.RunAsync(_stopping.Token));
    }

    /// <summary>Serves, once started, until the process is told to leave, and leaves in good order.</summary>
    /// <param name="signals">Taken before the start, so that none is missed.</param>
    /// <param name="cancellationToken">Leaves without a drain.</param>
    public async Task RunAsync(ShutdownSignals signals, CancellationToken cancellationToken)
    {
        var drain = await signals.FirstAsync(cancellationToken);
        await LeaveAsync(drain, signals.Hurry);
    }

    /// <summary>
    /// Leaves: unready at once, serving on for the configured drain, then finishing what is in flight within the
    /// configured time.
    /// </summary>
    /// <param name="drain">False skips the drain.</param>
    /// <param name="hurry">Ends the drain, and cuts what is in flight.</param>
    public async Task LeaveAsync(bool drain, CancellationToken hurry)
    {
        if (_state.BeginDraining() && drain && _options.Shutdown.Drain > TimeSpan.Zero)
        {
            _logger.Draining(_options.Shutdown.Drain.TotalSeconds);
            await Task.Delay(_options.Shutdown.Drain, _time, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await StopAsync(hurry);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _state.BeginDraining();
        await StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _export?.Dispose();
        _stopping.Dispose();
    }

    private async Task StopAsync(CancellationToken hurry)
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        _logger.Stopping(_options.Shutdown.Timeout.TotalSeconds);
        using var patience = new CancellationTokenSource(_options.Shutdown.Timeout, _time);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, hurry);
        await _app.StopAsync(cut.Token);
        await _stopping.CancelAsync();
        await _background;
        if (_export is not null)
        {
            // While the store can still be asked for its figures.
            await _export.LeaveAsync(_app.Services);
        }

        _events.IsClosing = true;
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        await _events.DisposeAsync();
        _logger.Stopped();
        _log.Summarise();
        await _logQueue.DisposeAsync();
    }

    private WebApplication Build()
    {
        // Empty: no configuration sources, no log providers, no middleware, no signal handlers but those named here.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(_kestrel.Configure).UseSockets(_kestrel.Configure);
        if (_options.Service.TlsCertificatePath is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        builder.Logging.AddKaskLogging(_log, _options.Service.LogLevel);
        builder.Logging.AddEvents(_events);
        builder.Services.AddMetricsExport(IsToldOfAll);
        if (_options.Telemetry.Meters is { } meters)
        {
            builder.Services.AddSingleton(meters);
        }

        _export = OtlpExport.AddTo(builder.Services, _options, _time, () => _logger);
        builder.Services.AddSingleton<IHostLifetime, OwnLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        return builder.Build();
    }

    private Dictionary<string, RequestDelegate> Operators(Readiness readiness, RequestMetrics metrics)
    {
        var health = new HealthEndpoints(readiness, context => _kestrel.IsAdmin(context));
        var description = new DescriptionEndpoints(ApiDescription.Build(_options));
        return new Dictionary<string, RequestDelegate>
        {
            ["/healthz"] = health.HealthAsync,
            ["/readyz"] = health.ReadyAsync,
            ["/metrics"] = MetricsExport.ScrapeEndpoint(_app.Services, IsToldOfAll ? [] : MetricsExport.Durations(metrics, _store), _time),
            ["/openapi"] = description.NegotiatedAsync,
            ["/openapi.json"] = description.JsonAsync,
        };
    }

    /// <summary>While the store is being opened, which may take minutes: alive, so that nobody restarts it, but not ready.</summary>
    private Task AnswerStarting(HttpContext context)
    {
        var target = RequestTarget.Decode(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        var tellsHealth = !_options.Admin.Only || _kestrel.IsAdmin(context);
        if (tellsHealth && target.Path.Span.SequenceEqual("/healthz"u8))
        {
            target.Return();
            return _opening.HealthAsync(context);
        }

        if (tellsHealth && target.Path.Span.SequenceEqual("/readyz"u8))
        {
            target.Return();
            return _opening.ReadyAsync(context);
        }

        ProblemWriter.Write(context, Problem.Unavailable, target.Path.Span);
        target.Return();
        return Task.CompletedTask;
    }

    /// <summary>What is gathered on the way of requests and told once a second.</summary>
    private async Task SumUpAsync(RequestMetrics metrics)
    {
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1), _time);
        try
        {
            while (await second.WaitForNextTickAsync(_stopping.Token))
            {
                _log.Summarise();
                metrics.Hand();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The service is stopping.
        }
    }

    /// <summary>The host is started and stopped by this class alone.</summary>
    private sealed class OwnLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
