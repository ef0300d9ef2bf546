using Holdfast.Lab.Cluster.Internode;
using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Cluster.Membership;

/// <summary>
/// One process's gossip: rounds of SYN, ACK, ACK2 with random peers, the failure detector over the heartbeats they carry, and
/// the echo that a peer must return before it counts as up. Every belief here arises from a message that arrived or did not.
/// </summary>
internal sealed class Gossiper
{
    private readonly Lifeline life;
    private readonly Randomness randomness;
    private readonly MembershipTimings timings;
    private readonly Action<int, InternodeMessage> send;
    private readonly IMembershipListener listener;
    private readonly SortedDictionary<int, PeerView> peers = [];
    private readonly FailureDetector detector;
    private readonly GossipExchange exchange;
    private readonly IReadOnlyList<int> seeds;
    private EndpointState self;
    private int version = 1;
    private int rounds; // counts the starts of the round timer, so that a stopped one does not go on

    public Gossiper(
        EndpointState self,
        IReadOnlyList<int> seeds,
        Lifeline life,
        Randomness randomness,
        MembershipTimings timings,
        Action<int, InternodeMessage> send,
        IMembershipListener listener)
    {
        this.self = self;
        this.seeds = seeds;
        this.life = life;
        this.randomness = randomness;
        this.timings = timings;
        this.send = send;
        this.listener = listener;
        detector = new FailureDetector(timings);
        exchange = new GossipExchange(peers);
    }

    public bool IsEnabled { get; private set; }

    /// <summary>False while a start settles: states are learned, nobody is marked up yet.</summary>
    public bool JudgesLiveness { get; private set; }

    public EndpointState Self => self;

    public IReadOnlyDictionary<int, PeerView> Peers => peers;

    public bool IsAlive(int node) => node == self.Node || (peers.TryGetValue(node, out var peer) && peer.Alive);

    /// <summary>What the disk still knew of the ring: known, and down until an echo says otherwise.</summary>
    public void Remember(EndpointState saved) => peers[saved.Node] = new PeerView(saved with { Generation = 0, Heartbeat = 0, InfoVersion = 0 });

    public void Start(long generation, TimeSpan firstRoundIn)
    {
        IsEnabled = true;
        self = self with { Generation = generation, Heartbeat = ++version, InfoVersion = ++version, Info = self.Info with { Shutdown = false } };
        var run = ++rounds;
        life.After(firstRoundIn, () => Round(run));
    }

    public void BeginLiveness()
    {
        JudgesLiveness = true;
        foreach (var (node, peer) in peers)
        {
            if (peer.State.Generation > 0)
            {
                AskForEcho(node, peer);
            }
        }
    }

    /// <summary>For a cluster that has run for long before the first moment looked at.</summary>
    public void AssumeAlive(IReadOnlyList<EndpointState> states)
    {
        Apply(states);
        foreach (var state in states)
        {
            MarkUp(state.Node);
        }
    }

    /// <summary>What disablegossip and a clean stop do: a farewell to everyone believed alive, then silence.</summary>
    public void Shutdown()
    {
        foreach (var (node, peer) in peers)
        {
            if (peer.Alive)
            {
                send(node, new GossipShutdown());
            }
        }

        Update(self.Info with { RpcReady = false });
        IsEnabled = false;
        rounds++;
    }

    public void Update(EndpointInfo info) => self = self with { Info = info, InfoVersion = ++version };

    /// <summary>A start's question to everyone it might know, before it says anything of itself.</summary>
    public void AskForRing(int node) => send(node, new GossipSyn([]));

    /// <summary>Takes what answered a shadow round: states without any judgement of liveness.</summary>
    public void Learn(IReadOnlyList<EndpointState> states) => Apply(states);

    public void Handle(int from, InternodeMessage message)
    {
        if (message is EchoRequest)
        {
            send(from, new EchoResponse()); // answered even with gossip disabled, as Cassandra does
            return;
        }

        if (!IsEnabled)
        {
            return;
        }

        switch (message)
        {
            case GossipSyn syn:
                send(from, syn.Digests.Count == 0 ? exchange.Everything(self) : exchange.Answer(self, syn));
                break;
            case GossipAck ack:
                Apply(ack.States);
                if (ack.Wanted.Count > 0)
                {
                    send(from, new GossipAck2(exchange.Select(self, ack.Wanted)));
                }

                break;
            case GossipAck2 ack2:
                Apply(ack2.States);
                break;
            case GossipShutdown:
                MarkShutdown(from);
                break;
            case EchoResponse:
                MarkUp(from);
                break;
            default:
                throw new ArgumentException($"not a gossip message: {message.Verb}", nameof(message));
        }
    }

    private void Round(int run)
    {
        if (run != rounds)
        {
            return;
        }

        life.After(timings.GossipInterval, () => Round(run));
        self = self with { Heartbeat = ++version };
        var targets = GossipTargets.Choose(self.Node, peers, seeds, randomness);
        if (targets.Count > 0)
        {
            var syn = new GossipSyn(exchange.Digests(self));
            foreach (var target in targets)
            {
                send(target, syn);
            }
        }

        Convict();
    }

    private void Convict()
    {
        detector.BeginRound(life.Now);
        foreach (var (node, peer) in peers)
        {
            if (peer.Alive && detector.Convicts(node, life.Now))
            {
                MarkDown(node, peer);
            }
        }
    }

    private void Apply(IReadOnlyList<EndpointState> states)
    {
        foreach (var state in states)
        {
            if (state.Node == self.Node)
            {
                continue;
            }

            if (!peers.TryGetValue(state.Node, out var peer))
            {
                peers[state.Node] = peer = new PeerView(state);
                Adopt(peer, state, before: null);
            }
            else if (state.IsNewerThan(peer.State))
            {
                var before = peer.Info;
                if (state.Generation > peer.State.Generation)
                {
                    peer.EchoSentAt = null; // another process answers now
                    if (peer.Alive)
                    {
                        MarkDown(state.Node, peer);
                    }
                }

                peer.State = state;
                Adopt(peer, state, before);
            }
        }
    }

    private void Adopt(PeerView peer, EndpointState state, EndpointInfo? before)
    {
        detector.Heard(state.Node, life.Now);
        if (!ReferenceEquals(before, state.Info))
        {
            listener.PeerChanged(state.Node, before, state.Info);
        }

        if (state.IsFarewell)
        {
            MarkDown(state.Node, peer);
        }
        else if (!peer.Alive && JudgesLiveness)
        {
            AskForEcho(state.Node, peer);
        }
    }

    private void AskForEcho(int node, PeerView peer)
    {
        if (peer.Alive || peer.State.IsFarewell)
        {
            return;
        }

        if (peer.EchoSentAt is { } sent && (timings.EchoRetryAfter is not { } retry || life.Now - sent < retry))
        {
            return;
        }

        peer.EchoSentAt = life.Now;
        send(node, new EchoRequest());
    }

    private void MarkUp(int node)
    {
        if (!peers.TryGetValue(node, out var peer) || peer.EchoSentAt is null)
        {
            return;
        }

        peer.EchoSentAt = null;
        if (!peer.Alive && !peer.State.IsFarewell)
        {
            peer.Alive = true;
            peer.ChangedAt = life.Now;
            listener.PeerUp(node);
        }
    }

    private void MarkDown(int node, PeerView peer)
    {
        if (peer.Alive)
        {
            peer.Alive = false;
            peer.ChangedAt = life.Now;
            listener.PeerDown(node);
        }
    }

    /// <summary>The farewell is kept as the highest version, so that older news passed on by others cannot undo it.</summary>
    private void MarkShutdown(int node)
    {
        if (peers.TryGetValue(node, out var peer))
        {
            var before = peer.Info;
            peer.State = peer.State with { Heartbeat = int.MaxValue, Info = before with { Shutdown = true, RpcReady = false } };
            listener.PeerChanged(node, before, peer.Info);
            MarkDown(node, peer);
        }
    }
}
