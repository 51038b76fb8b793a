using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Messenger.EndToEnd.Tests.SeedPeer;

internal sealed partial class SeedDouble
{
    private readonly HttpClient client;
    private readonly List<(SeedContact To, SeedMessage Message)> undelivered = [];
    private int ownAnswersToLose;

    /// <summary>Messages that nobody has answered with 1 yet.</summary>
    public IReadOnlyList<SeedMessage> Undelivered => Read(() => undelivered.Select(u => u.Message).ToArray());

    private string Now => habits.UnixSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>The next answers to our own requests arrive too late for us: we go on as if there had been none.</summary>
    public void MissAnswers(int count) => Interlocked.Add(ref ownAnswersToLose, count);

    /// <summary>Item 1 of the page: sends our key and waits for theirs. True when it was answered with 1.</summary>
    public async Task<bool> AskAsync(string address)
    {
        SeedContact contact;
        lock (gate)
        {
            contact = ContactAt(address);
        }

        return await PostAsync(contact, new JsonObject { ["action"] = "handshake", ["key"] = contact.IssuedKey }) is { } answer
            && IsOne(answer["status"]);
    }

    /// <summary>A friend of old: both keys were exchanged before.</summary>
    public void Know(string address, string theirKey, string ourKey)
    {
        lock (gate)
        {
            var contact = ContactAt(address);
            (contact.Key, contact.IssuedKey) = (theirKey, ourKey);
        }
    }

    /// <summary>The owner's yes to a request: whoever asked from that host is the friend at this address.</summary>
    public async Task<bool> AcceptAsync(string address)
    {
        lock (gate)
        {
            var contact = ContactAt(address);
            var index = requests.FindLastIndex(r => r.Host == contact.Host);
            contact.Key = requests[index].Key;
            requests.RemoveAt(index);
        }

        return await AskAsync(address);
    }

    /// <summary>Item 2 of the page. True when delivered; else the message waits for <see cref="FlushAsync"/>.</summary>
    public async Task<bool> SendAsync(string address, string text)
    {
        var (contact, message) = Queue(address, text);
        var fields = SeedWire.Fields(message, habits.NumericTimestamps);
        fields["action"] = "send";
        fields["key"] = KeyTowards(contact);
        var delivered = await PostAsync(contact, fields) is { } answer && IsOne(answer["status"]);
        if (delivered)
        {
            Forget([message]);
        }

        return delivered;
    }

    /// <summary>Writes a message down for later, as for a friend who is known to be away.</summary>
    public (SeedContact To, SeedMessage Message) Queue(string address, string text)
    {
        lock (gate)
        {
            var contact = contacts.Single(c => c.Address == address);
            var message = new SeedMessage(Address, contact.Address, text, Now, "");
            undelivered.Add((contact, message));
            return (contact, message);
        }
    }

    /// <summary>Item 3 of the page, bare as it stands there.</summary>
    public async Task<bool> PingAsync(string address)
    {
        var answer = await PostAsync(Contact(address), new JsonObject { ["action"] = "ping" });
        return answer?["action"]?.ToString() == "pong";
    }

    /// <summary>Item 4 of the page: everything undelivered for the address in one request. True when nothing is left.</summary>
    public async Task<bool> FlushAsync(string address)
    {
        var contact = Contact(address);
        var backlog = Read(() => undelivered.Where(u => u.To == contact).Select(u => u.Message).ToArray());
        Forget(await DeliverAsync(contact, backlog, habits.NumericTimestamps));
        return Read(() => !undelivered.Exists(u => u.To == contact));
    }

    /// <summary>Item 5 of the page: asks a friend to carry what waits for <paramref name="address"/>; a refusal is remembered.</summary>
    public async Task<int> AskToCarryAsync(string relay, string address)
    {
        var friend = Contact(relay);
        var taken = 0;
        foreach (var message in Read(() => undelivered.Where(u => u.To.Address == address).Select(u => u.Message).ToArray()))
        {
            if (friend.CanResend != 1)
            {
                break;
            }

            var fields = SeedWire.Fields(message, habits.NumericTimestamps);
            fields["action"] = "resend";
            fields["key"] = KeyTowards(friend);
            if (await PostAsync(friend, fields) is { } answer)
            {
                taken += IsOne(answer["status"]) ? 1 : 0;
                friend.CanResend = IsZero(answer["status"]) ? 0 : friend.CanResend;
            }
        }

        return taken;
    }

    /// <summary>Hands over what we carry for the address, with the author's `from` and our own key: the page gives us no other.</summary>
    public async Task<bool> DeliverCarriedAsync(string address)
    {
        var delivered = await DeliverAsync(Contact(address), Read(() => carried.Where(m => m.To == address).ToArray()), numeric: false);
        lock (gate)
        {
            carried.RemoveAll(delivered.Contains);
            return !carried.Exists(m => m.To == address);
        }
    }

    /// <summary>Hands over whatever messages with our own key; returns those that were answered with 1.</summary>
    public Task<IReadOnlyList<SeedMessage>> HandOverAsync(string address, params SeedMessage[] messages) =>
        DeliverAsync(Contact(address), messages, numeric: false);

    private SeedContact ContactAt(string address)
    {
        if (contacts.SingleOrDefault(c => c.Address == address) is { } known)
        {
            return known;
        }

        var contact = new SeedContact(address) { IssuedKey = habits.Passwords == Passwords.PerContact ? NewKey() : password };
        contacts.Add(contact);
        return contact;
    }

    private string KeyTowards(SeedContact contact) => habits.Passwords == Passwords.OneBothWays ? password : contact.Key;

    private async Task<IReadOnlyList<SeedMessage>> DeliverAsync(SeedContact contact, SeedMessage[] messages, bool numeric)
    {
        var request = new JsonObject { ["action"] = "history" };
        var items = new JsonArray();
        foreach (var message in messages)
        {
            var item = SeedWire.Fields(message, numeric);
            if (!habits.KeyOnEnvelope)
            {
                item["key"] = KeyTowards(contact);
            }

            items.Add(item);
        }

        if (habits.KeyOnEnvelope)
        {
            request["key"] = KeyTowards(contact);
        }

        request["messages"] = items;
        return await PostAsync(contact, request) is { } answer && answer["status"] is JsonArray status && status.Count == messages.Length
            ? [.. messages.Where((_, index) => IsOne(status[index]))]
            : [];
    }

    private void Forget(IEnumerable<SeedMessage> delivered)
    {
        lock (gate)
        {
            foreach (var message in delivered)
            {
                undelivered.RemoveAt(undelivered.FindIndex(u => u.Message == message));
            }
        }
    }

    /// <summary>The answer's object; null when there is none or it is lost.</summary>
    private async Task<JsonObject?> PostAsync(SeedContact contact, JsonObject fields)
    {
        try
        {
            using var request = SeedWire.Request(contact.Address, fields, habits.Form);
            using var response = await client.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            if (Interlocked.Decrement(ref ownAnswersToLose) >= 0)
            {
                return null;
            }

            Interlocked.Increment(ref ownAnswersToLose);
            var answer = JsonNode.Parse(text) as JsonObject;
            if (answer is not null)
            {
                contact.LastConnect = Now;
            }

            return answer;
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or OperationCanceledException or IOException)
        {
            return null;
        }
    }

    private static bool IsOne(JsonNode? status) => status is JsonValue value && value.ToString() == "1";

    private static bool IsZero(JsonNode? status) => status is JsonValue value && value.ToString() == "0";
}
