using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;
using Messenger.Storage;

namespace Messenger.Node.Configuration;

/// <summary>Turns settings into checked <see cref="NodeOptions"/>.</summary>
internal static class NodeOptionsReader
{
    private const int MaxNickLength = 64;

    /// <exception cref="BadOptionException">A value cannot be used; the message names the setting, where it stands and what is expected.</exception>
    public static NodeOptions Read(SettingSources sources)
    {
        var defaults = new NodeOptions { DataPath = DataPath(sources) };
        var options = defaults with
        {
            Addresses = Many(sources, Setting.Address, ParseAddress),
            Nick = One(sources, Setting.Nick, ParseNick, defaults.Nick),
            PeerListen = One(sources, Setting.PeerListen, ParseEndPoint, defaults.PeerListen),
            PeerTls = One(sources, Setting.PeerTls, text => Choose(text, ("on", true), ("off", false)), defaults.PeerTls),
            PeerProxies = [.. Many(sources, Setting.PeerProxy, ParseProxy).SelectMany(found => found)],
            GuiListen = Many(sources, Setting.GuiListen, ParseEndPoint),
            GuiHosts = Many(sources, Setting.GuiHost, ParseHost),
            GuiUrl = One(sources, Setting.GuiUrl, ParseUrl, defaults.GuiUrl),
            Ping = One(sources, Setting.Ping, text => Choose(text, ("needed", PingPolicy.Needed), ("always", PingPolicy.Always)), defaults.Ping),
            Accept = One(sources, Setting.Accept, text => Choose(text, ("manual", StrangerPolicy.Manual), ("invite", StrangerPolicy.Invite), ("relay", StrangerPolicy.Relay)), defaults.Accept),
            Relay = One(sources, Setting.Relay, text => Choose(text, ("on", true), ("off", false)), defaults.Relay),
            OwnServers = OwnServers(sources),
            Sealing = One(sources, Setting.Sealing, text => Choose(text, ("on", true), ("off", false)), defaults.Sealing),
            RelayPlaintext = One(sources, Setting.RelayPlaintext, text => Choose(text, ("on", true), ("off", false)), defaults.RelayPlaintext),
            Receipts = One(sources, Setting.Receipts, text => Choose(text, ("on", true), ("off", false)), defaults.Receipts),
            PingInterval = One(sources, Setting.PingInterval, text => ParseSeconds(text, 1, 86_400), defaults.PingInterval),
            RelayAfter = One(sources, Setting.RelayAfter, text => ParseSeconds(text, 0, 86_400), defaults.RelayAfter),
            RetryMin = One(sources, Setting.RetryMin, text => ParseSeconds(text, 0.05, 3_600), defaults.RetryMin),
            MinFreeDisk = One(sources, Setting.MinFreeDisk, ParseBytes, defaults.MinFreeDisk),
            Metrics = One(sources, Setting.Metrics, text => Choose(text, ("on", true), ("off", false)), defaults.Metrics),
            LogJson = One(sources, Setting.LogFormat, text => Choose(text, ("text", false), ("json", true)), defaults.LogJson),
            Database = Database(sources),
            Cluster = Cluster(sources),
            ContactsFile = One<string?>(sources, Setting.Contacts, text => ParsePath(text, "a file"), defaults.ContactsFile),
        };
        return options.Cluster is null || options.Database is not null
            ? options
            : throw new BadOptionException($"{Setting.Cluster.Option} needs a PostgreSQL database that all members share: name it with {Setting.Database.Option}");
    }

    private static ClusterOptions? Cluster(SettingSources sources)
    {
        if (!One(sources, Setting.Cluster, text => Choose(text, ("on", true), ("off", false)), absent: false))
        {
            return null;
        }

        var defaults = new ClusterOptions();
        var options = defaults with
        {
            Listen = One(sources, Setting.ClusterListen, ParseEndPoint, defaults.Listen),
            Address = One<HostPort?>(sources, Setting.ClusterAddress, ParseHostPort, null),
            Seeds = Many(sources, Setting.ClusterSeed, ParseHostPort),
            KeyFile = One<string?>(sources, Setting.ClusterKey, text => ParsePath(text, "a file"), null),
        };
        return options.Listen.AddressFamily == AddressFamily.InterNetwork
            ? options
            : throw new BadOptionException($"{Setting.ClusterListen.Option}: members speak IPv4 to each other; 0.0.0.0 is every address of this machine");
    }

    // A name is looked up once: a proxy that moves is named by its address.
    private static IReadOnlyList<IPAddress> ParseProxy(string text)
    {
        if (IPAddress.TryParse(text, out var ip))
        {
            return [ip];
        }

        try
        {
            return Dns.GetHostAddresses(text);
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            throw new FormatException("an IP address, or a name that can be resolved, is expected");
        }
    }

    private static HostPort ParseHostPort(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is >= 1 and <= ushort.MaxValue
            && Uri.CheckHostName(text[..colon]) is UriHostNameType.Dns or UriHostNameType.IPv4
                ? new(text[..colon].ToLowerInvariant(), port)
                : throw new FormatException("HOST:PORT is expected, a name or an IPv4 address, for example 10.0.0.5:7452");
    }

    /// <summary>The data folder alone: all that the commands need that talk to a running node.</summary>
    /// <exception cref="BadOptionException">The path cannot be used.</exception>
    public static string DataPath(SettingSources sources) => One(sources, Setting.Data, text => ParsePath(text, "a folder"), DefaultDataPath());

    /// <summary>The database alone: null for SQLite, else a connection string.</summary>
    /// <exception cref="BadOptionException">It cannot be used. The message does not repeat the value: it may hold a password.</exception>
    public static string? Database(SettingSources sources)
    {
        if (sources.Find(Setting.Database) is not { } given || given.Values[^1] == "sqlite")
        {
            return null;
        }

        try
        {
            return PostgresStorage.Parse(given.Values[^1]);
        }
        catch (FormatException error)
        {
            throw new BadOptionException(
                $"{given.Origin}: sqlite or a PostgreSQL connection string is expected, for example Host=localhost;Database=messenger;Username=messenger: {error.Message}");
        }
    }

    private static IReadOnlyList<Address> OwnServers(SettingSources sources)
    {
        var servers = Many(sources, Setting.OwnServer, ParseAddress);
        return servers.Count <= Advertisement.MaxRelays
            ? servers
            : throw new BadOptionException($"{sources.Find(Setting.OwnServer)!.Origin}: at most {Advertisement.MaxRelays} are told to friends");
    }

    private static string DefaultDataPath() => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "messenger");

    private static T One<T>(SettingSources sources, Setting setting, Func<string, T> parse, T absent) =>
        sources.Find(setting) is { } given ? Parse(given, given.Values[^1], parse) : absent;

    private static IReadOnlyList<T> Many<T>(SettingSources sources, Setting setting, Func<string, T> parse) =>
        sources.Find(setting) is { } given ? [.. given.Values.Select(text => Parse(given, text, parse))] : [];

    private static T Parse<T>(SettingValues given, string text, Func<string, T> parse)
    {
        try
        {
            return parse(text);
        }
        catch (FormatException error)
        {
            throw new BadOptionException($"{given.Origin}: '{string.Concat(text.Select(c => char.IsControl(c) ? '?' : c))}': {error.Message}");
        }
    }

    private static string ParsePath(string text, string what) =>
        text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal) ? Path.GetFullPath(text) : throw new FormatException($"{what} is expected");

    private static Address ParseAddress(string text) =>
        Address.TryParse(text, out var address, out var error) ? address : throw new FormatException(error);

    private static string ParseNick(string text) =>
        text.Length <= MaxNickLength && !text.Any(char.IsControl) ? text : throw new FormatException($"at most {MaxNickLength} characters without control characters are expected");

    private static IPEndPoint ParseEndPoint(string text)
    {
        // IPEndPoint.Parse alone would take a missing port for port 0, and "127.1" for an address.
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "" : text[..colon];
        var bracketed = host is ['[', .., ']'];
        if (int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is >= 1 and <= ushort.MaxValue
            && IPAddress.TryParse(bracketed ? host[1..^1] : host, out var ip)
            && (bracketed || ip.ToString() == host)
            && bracketed == host.Contains(':', StringComparison.Ordinal))
        {
            return new(ip, port);
        }

        throw new FormatException("IP:PORT is expected, IPv6 in brackets, for example 127.0.0.1:7451 or [::1]:7451");
    }

    private static string ParseHost(string text)
    {
        // Host filtering treats each of these as "any host", which would let every site's name rebind to this node.
        if (text is "*" or "0.0.0.0" or "[::]" or "::")
        {
            throw new FormatException("a wildcard would let any web site reach the GUI; name the hosts");
        }

        var host = text.Trim('[', ']');
        return Uri.CheckHostName(host) switch
        {
            UriHostNameType.Dns or UriHostNameType.IPv4 => host,
            UriHostNameType.IPv6 => $"[{IPAddress.Parse(host)}]",
            _ => throw new FormatException("a host name or an IP address without a port is expected"),
        };
    }

    private static Uri ParseUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
        && url is { Query: "", Fragment: "", UserInfo: "", AbsolutePath: "/" }
            ? url
            : throw new FormatException("an http or https URL without a path is expected, for example https://chat.example/");

    private static T Choose<T>(string text, params (string Name, T Value)[] choices)
    {
        foreach (var choice in choices)
        {
            if (choice.Name == text)
            {
                return choice.Value;
            }
        }

        throw new FormatException($"{string.Join(" or ", choices.Select(choice => choice.Name))} is expected");
    }

    private static TimeSpan ParseSeconds(string text, double min, double max) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds >= min && seconds <= max
            ? TimeSpan.FromSeconds(seconds)
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"seconds from {min} to {max} are expected"));

    private static long? ParseBytes(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? bytes
            : throw new FormatException("a whole number of bytes is expected");
}
