using System.Collections.Immutable;
using Messenger.Domain.Contacts;

namespace Messenger.Domain.Delivery;

/// <summary>What an exchange came to.</summary>
/// <param name="Link">Where delivery stands now; nothing is under way.</param>
/// <param name="Events">What is to be recorded.</param>
public sealed record Settlement(Link Link, ImmutableArray<ContactEvent> Events)
{
    /// <summary>The contact answered.</summary>
    public bool Reached { get; init; }

    /// <summary>All its addresses were tried in vain.</summary>
    public bool Lost { get; init; }

    /// <summary>Our handshake was answered with 1.</summary>
    public bool HandshakeDelivered { get; init; }

    /// <summary>Carried messages that are done with.</summary>
    public ImmutableArray<long> CarriedDone { get; init; } = [];

    /// <summary>The relay's answer; <see langword="null"/> when none came.</summary>
    public int? RelayStatus { get; init; }
}

/// <summary>Draws the conclusions from an answer, or from its absence (protocol.md, The five actions).</summary>
public static class Settling
{
    private static readonly TimeSpan SinglesFor = TimeSpan.FromMinutes(10);

    /// <summary>Settles the exchange that is under way.</summary>
    /// <param name="state">The contact.</param>
    /// <param name="link">The link with the exchange in flight.</param>
    /// <param name="outcome">What came.</param>
    /// <param name="addresses">How many addresses the contact has.</param>
    /// <param name="settings">Intervals.</param>
    /// <param name="jitter">0 to 1.</param>
    /// <param name="now">The clock.</param>
    public static Settlement Settle(
        ContactState state, Link link, Outcome outcome, int addresses, DeliverySettings settings, double jitter, DateTimeOffset now)
    {
        var exchange = link.InFlight ?? throw new InvalidOperationException("Nothing is under way.");
        var idle = link with { InFlight = null, AskedToWait = false, NotBefore = null };
        if (exchange is Exchange.Relay)
        {
            // Answered or not, the next request is another one: the recipient's actor decides whether to ask again.
            idle = idle with { RelayRequests = idle.RelayRequests.IsEmpty ? idle.RelayRequests : idle.RelayRequests.Dequeue() };
        }

        var after = new Context(state, idle, settings, jitter, now);
        return (exchange, outcome) switch
        {
            (Exchange.Deliver e, Outcome.Silence o) => after.Undelivered(e, o.Reason, addresses),
            (_, Outcome.Silence o) => after.Silence(o.Reason, addresses),
            (_, Outcome.Rejected { HttpStatus: 429 } or Outcome.Rejected { HttpStatus: 503, RetryAfter: not null }) =>
                after.Wait(((Outcome.Rejected)outcome).RetryAfter),
            (_, Outcome.Rejected { HttpStatus: 502 or 503 or 504 } o) => after.Silence($"A gateway before the contact answered HTTP {o.HttpStatus}.", addresses),
            (Exchange.Ping, Outcome.Pong or Outcome.Status { Value: 1 }) => after.Alive(l => l with { KeyHeld = false, KeyDoubted = false, IntroductionDue = false }),
            (Exchange.Ping, Outcome.Status) => after.Alive(l => l with
            {
                KeyHeld = l.KeyDoubted || l.KeyHeld,
                KeyDoubted = false,
                IntroductionDue = false,
                LastError = "The contact refuses our key.",
                NotBefore = l.KeyDoubted || l.KeyHeld ? now + settings.RetryMax : null,
            }),
            (Exchange.Ping, Outcome.Rejected o) => after.Alive(l => l with
            {
                KeyDoubted = false,
                IntroductionDue = false,
                LastError = $"The contact answered a ping with HTTP {o.HttpStatus}.",
                NotBefore = l.KeyHeld ? now + settings.RetryMax : null,
            }),
            (Exchange.Handshake, Outcome.Status { Value: 1 }) =>
                // The friend list needs a moment to record it; until then the handshake still looks due.
                after.Alive(l => l with { HandshakeFailures = 0, HandshakeNotBefore = now + settings.PingInterval }) with { HandshakeDelivered = true },
            (Exchange.Handshake, _) => after.HandshakeRefused(outcome),
            (Exchange.Relay, Outcome.Status o) => after.Alive(l => l) with { RelayStatus = o.Value },
            (Exchange.Relay, Outcome.Rejected o) => after.Alive(l => l) with { RelayStatus = -o.HttpStatus },
            (Exchange.Move e, Outcome.Status o) => after.Moved(e, o.Value),
            (Exchange.Move, _) when IsUnknownThere(outcome) =>
                after.Alive(l => l) with { Events = [after.Without(PeerCaps.Moves)] },
            (Exchange.Move, Outcome.Rejected) => after.Alive(l => l with { MovesAt = now + settings.RetryMax }),
            (Exchange.Receipt e, Outcome.Status) => after.Told(e),
            (Exchange.Receipt e, _) when IsUnknownThere(outcome) =>
                after.ToldInVain(e),
            (Exchange.Receipt, Outcome.Rejected) => after.Alive(l => l with { ReceiptsAt = now + settings.RetryMax }),
            (Exchange.Deliver { Numbers.Length: 1 } e, Outcome.Status o) => after.Delivered(e, [o.Value]),
            (Exchange.Deliver { Numbers.Length: > 1 } e, Outcome.Statuses o) when o.Values.Length == e.Numbers.Length => after.Delivered(e, o.Values),
            (Exchange.Deliver { Numbers.Length: 1 } e, Outcome.Rejected o) => after.SingleRejected(e, o.HttpStatus),
            (Exchange.Deliver { Numbers.Length: > 1 } e, Outcome.Rejected { HttpStatus: 413 }) =>
                after.Alive(l => l with { BatchLimit = Math.Max(1, e.Numbers.Length / 2) }),
            (Exchange.Deliver { Numbers.Length: > 1 }, _) => after.Alive(l => l with
            {
                SinglesUntil = now + SinglesFor,
                LastError = "The contact does not understand a history; messages go one by one.",
            }),
            (Exchange.Deliver e, Outcome.Misshapen o) => after.Undelivered(e, o.Reason, addresses),
            (Exchange.Deliver e, _) => after.Undelivered(e, "The answer does not fit the request.", addresses),
            (_, Outcome.Misshapen o) => after.Silence(o.Reason, addresses),
            _ => after.Silence("The answer does not fit the request.", addresses),
        };
    }

    // An answer of who has never heard of what was asked.
    private static bool IsUnknownThere(Outcome outcome) =>
        outcome is Outcome.Misshapen or Outcome.Pong or Outcome.Statuses or Outcome.Rejected { HttpStatus: 400 or 404 or 405 or 413 or 415 or 422 or 501 };

    private readonly record struct Context(ContactState State, Link Link, DeliverySettings Settings, double Jitter, DateTimeOffset Now)
    {
        public Settlement Alive(Func<Link, Link> change) =>
            new(change(Link with { Failures = 0, LastContact = Now, LastError = null, PingDue = false }), []) { Reached = true };

        public Settlement Told(Exchange.Receipt exchange) => Alive(l => l) with { Events = [new ReceiptsTold(Now, exchange.Range.UpTo)] };

        // It knows nothing of receipts any more: until it says otherwise it gets none.
        public Settlement ToldInVain(Exchange.Receipt exchange) => Alive(l => l) with
        {
            Events = [new ReceiptsTold(Now, exchange.Range.UpTo), Without(PeerCaps.Receipts)],
        };

        public CapsShown Without(PeerCaps cap) => new(Now, State.Caps & ~cap) { Relays = State.Relays.Length > 0 ? State.Relays : null };

        // An answer is an answer: asked again it would say the same.
        public Settlement Moved(Exchange.Move exchange, int status) =>
            Alive(l => status == 1 ? l : l with { LastError = "The contact did not take our new address." }) with
            {
                Events = [new AddressTold(Now, exchange.Address, exchange.Counter)],
            };

        public Settlement Silence(string reason, int addresses)
        {
            if (Link.AddressIndex + 1 < addresses)
            {
                return new(Link with { AddressIndex = Link.AddressIndex + 1, LastError = reason }, []);
            }

            var failures = Link.Failures + 1;
            return new(
                Link with
                {
                    AddressIndex = 0,
                    Failures = failures,
                    NotBefore = Now + Settings.Backoff(failures, Jitter),
                    PingDue = false,
                    KeyDoubted = false,
                    LastError = reason,
                },
                [])
            { Lost = true };
        }

        // A ping may pass where a large request does not, and others where one message does not: neither may hold up the rest for ever.
        public Settlement Undelivered(Exchange.Deliver exchange, string reason, int addresses)
        {
            var settled = Silence(reason, addresses);
            if (!settled.Lost || exchange.Numbers.IsEmpty)
            {
                return settled;
            }

            if (exchange.Numbers.Length > 1)
            {
                return settled with { Link = settled.Link with { BatchLimit = exchange.Numbers.Length / 2 } };
            }

            var number = exchange.Numbers[0];
            var known = exchange.Carried ? Link.CarriedDeferred : Link.Deferred;
            var attempts = known.GetValueOrDefault(number).Attempts + 1;
            var deferred = known.SetItem(number, new(attempts, attempts == 1 ? Now : Now + Settings.Backoff(attempts, Jitter)));
            return settled with { Link = exchange.Carried ? settled.Link with { CarriedDeferred = deferred } : settled.Link with { Deferred = deferred } };
        }

        public Settlement Wait(TimeSpan? retryAfter)
        {
            var least = Settings.Backoff(1, Jitter);
            var until = Now + (retryAfter > least ? retryAfter.Value : least);
            return Alive(l => l with { AskedToWait = true, NotBefore = until, LastError = "The contact asked us to slow down." });
        }

        public Settlement HandshakeRefused(Outcome outcome)
        {
            var failures = Link.HandshakeFailures + 1;
            var wait = outcome is Outcome.Status ? Settings.RetryMax : Settings.Backoff(failures, Jitter);
            return Alive(l => l with
            {
                HandshakeFailures = failures,
                HandshakeNotBefore = l.LastContact + wait,
                LastError = $"The contact did not take our handshake: {Describe(outcome)}.",
            });
        }

        public Settlement Delivered(Exchange.Deliver exchange, ImmutableArray<int> statuses)
        {
            var settings = Settings;
            var limit = Link.BatchLimit ?? settings.BatchMessages;
            var passed = exchange.Numbers.Length == limit && statuses.All(s => s == 1);
            var settled = Alive(l => l with
            {
                KeyDoubted = !statuses.Contains(1),
                BatchLimit = passed ? Math.Min(limit + Math.Max(1, limit / 4), settings.MaxBatchMessages) : l.BatchLimit,
            });
            var taken = exchange.Numbers.Where((_, i) => statuses[i] == 1).ToImmutableArray();
            var left = exchange.Numbers.Select((n, i) => (n, Reason: $"The recipient's node answered {statuses[i]}.")).Where(x => !taken.Contains(x.n));
            return Defer(settled, exchange.Carried, taken, left);
        }

        public Settlement SingleRejected(Exchange.Deliver exchange, int httpStatus)
        {
            var number = exchange.Numbers[0];
            var reason = $"The recipient's node answered HTTP {httpStatus}.";
            var settled = Alive(l => l);
            if (httpStatus is not (400 or 413 or 414 or 415 or 422))
            {
                return Defer(settled with { Link = settled.Link with { LastError = reason } }, exchange.Carried, [], [(number, reason)]);
            }

            return exchange.Carried
                ? settled with { CarriedDone = [number] }
                : settled with { Events = State.Outbox.ContainsKey(number) ? [new MessageRefused(Now, number, reason)] : [] };
        }

        private Settlement Defer(Settlement settled, bool carried, ImmutableArray<long> taken, IEnumerable<(long Number, string Reason)> left)
        {
            var state = State;
            var now = Now;
            var known = carried ? settled.Link.CarriedDeferred : settled.Link.Deferred;
            var deferred = known.RemoveRange(taken).ToBuilder();
            var events = ImmutableArray.CreateBuilder<ContactEvent>();
            foreach (var (number, reason) in left)
            {
                var attempts = known.GetValueOrDefault(number).Attempts + 1;
                deferred[number] = new(attempts, now + Settings.Backoff(attempts + 1, Jitter));
                if (!carried && state.Outbox.TryGetValue(number, out var entry) && entry.Reason != reason)
                {
                    events.Add(new MessageDeferred(now, number, reason));
                }
            }

            if (carried)
            {
                return settled with { Link = settled.Link with { CarriedDeferred = deferred.ToImmutable() }, CarriedDone = taken };
            }

            // What was erased while it was under way is no longer ours to report.
            var delivered = taken.Where(state.Outbox.ContainsKey).ToImmutableArray();
            if (delivered.Length > 0)
            {
                events.Insert(0, new MessagesDelivered(now, delivered));
            }

            return settled with { Link = settled.Link with { Deferred = deferred.ToImmutable() }, Events = events.ToImmutable() };
        }

        private static string Describe(Outcome outcome) => outcome switch
        {
            Outcome.Status o => $"status {o.Value}",
            Outcome.Rejected o => $"HTTP {o.HttpStatus}",
            _ => "an answer that does not fit",
        };
    }
}
