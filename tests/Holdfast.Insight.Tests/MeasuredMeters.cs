using System.Diagnostics.Metrics;

namespace Holdfast.Insight.Tests;

/// <summary>Meters of one test, and what they say when asked: each series as <c>name{tag=value,…}</c>.</summary>
internal sealed class MeasuredMeters : IMeterFactory
{
    private readonly List<Meter> _meters = [];
    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, double> _observed = new(StringComparer.Ordinal);

    public MeasuredMeters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (_meters.Contains(instrument.Meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, instrument.IsObservable ? value : 1, tags));
        _listener.Start();
    }

    /// <summary>Counters by their sum, observed ones by their present value, histograms by the number of records.</summary>
    public IReadOnlyDictionary<string, double> Read()
    {
        foreach (string observed in _observed.Keys.Where(key => key.StartsWith('~')).ToList())
        {
            _observed.Remove(observed);
        }

        _listener.RecordObservableInstruments();
        return _observed.ToDictionary(pair => pair.Key.TrimStart('~'), pair => pair.Value);
    }

    public Meter Create(MeterOptions options)
    {
        Meter meter = new(options.Name);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meters.ForEach(meter => meter.Dispose());
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        List<string> texts = [];
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            texts.Add($"{tag.Key}={tag.Value}");
        }

        string series = texts.Count == 0 ? instrument.Name : $"{instrument.Name}{{{string.Join(',', texts)}}}";
        if (instrument.IsObservable)
        {
            _observed["~" + series] = value;
            return;
        }

        _observed[series] = _observed.GetValueOrDefault(series) + value;
    }
}
