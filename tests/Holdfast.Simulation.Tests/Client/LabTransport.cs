using System.Net;
using Holdfast.Cql.Protocol;
using Holdfast.Cql.Transport;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Transport.Memory;

namespace Holdfast.Simulation.Tests.Client;

/// <summary>The client's connections, made to the lab's nodes in memory and in the lab's time.</summary>
internal sealed class LabTransport(MemoryNetwork network) : ITransport
{
    public IWire Connect(IPEndPoint endpoint, IWireHandler handler, TimeSpan timeout)
    {
        Wire wire = new(network.Scheduler, handler);
        wire.Begin(network, endpoint, timeout);
        return wire;
    }

    private sealed class Wire(Scheduler scheduler, IWireHandler handler) : IWire, IMemoryClient
    {
        private readonly OutputBuffer _output = new();
        private MemoryConnection? _connection;
        private bool _isOpen;
        private bool _isOver;

        public void Begin(MemoryNetwork network, IPEndPoint endpoint, TimeSpan timeout)
        {
            _connection = network.Connect(endpoint, this);
            scheduler.After(timeout, () =>
            {
                if (!_isOpen)
                {
                    Close("no connection in time");
                }
            });
        }

        public void Flush()
        {
            while (_isOpen && !_isOver && !_connection!.IsFull && handler.Collect(_output))
            {
                _connection.Send(_output.WrittenSpan);
                _output.Clear();
            }
        }

        public void Close(string reason)
        {
            if (!_isOver)
            {
                _isOver = true;
                _connection!.Close();
                scheduler.Post(() => handler.Closed(reason));
            }
        }

        void IMemoryClient.Opened()
        {
            _isOpen = true;
            handler.Opened();
            Flush();
        }

        void IMemoryClient.Received(ReadOnlySpan<byte> bytes)
        {
            try
            {
                while (!bytes.IsEmpty && !_isOver)
                {
                    Memory<byte> memory = handler.ReceiveMemory();
                    int count = Math.Min(memory.Length, bytes.Length);
                    bytes[..count].CopyTo(memory.Span);
                    bytes = bytes[count..];
                    handler.Received(count);
                }
            }
            catch (ProtocolException failure)
            {
                Close(failure.Message);
            }
        }

        void IMemoryClient.Drained() => Flush();

        void IMemoryClient.Closed(ConnectionEnd end)
        {
            if (!_isOver)
            {
                _isOver = true;
                handler.Closed(end.ToString());
            }
        }
    }
}
