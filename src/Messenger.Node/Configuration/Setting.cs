namespace Messenger.Node.Configuration;

/// <summary>
/// One option of <c>run</c>: on the command line <c>--name</c>, in the environment <c>MESSENGER_NAME</c>, in the configuration file the key <c>name</c>.
/// </summary>
/// <param name="Name">The name without dashes in front, for example <c>gui-listen</c>.</param>
/// <param name="Argument">What the help shows as its value, for example <c>IP:PORT</c>.</param>
/// <param name="Description">One line of help that states the default.</param>
/// <param name="Repeatable">Whether it may be given more than once; in the environment the values are separated by commas.</param>
/// <param name="ValueOptional">Whether it may stand alone on the command line, for on.</param>
internal sealed record Setting(string Name, string Argument, string Description, bool Repeatable = false, bool ValueOptional = false)
{
    public static readonly Setting Data = new("data", "DIR", "Folder of the node's databases and keys (default: the user's data folder)");
    public static readonly Setting Config = new("config", "FILE", "JSON file with any of these options");
    public static readonly Setting Address = new("address", "ADDRESS", "What friends dial; further ones are aliases (default: the peer listener's own address)", Repeatable: true);
    public static readonly Setting Nick = new("nick", "NAME", "Name that friends see first (default: none)");
    public static readonly Setting PeerListen = new("peer-listen", "IP:PORT", "Where peers are heard (default: [::]:7450)");
    public static readonly Setting PeerTls = new("peer-tls", "on|off", "Whether peers are heard by TLS alone, with a certificate that the node makes and friends know by its hash (default: off)");
    public static readonly Setting PeerProxy = new("peer-proxy", "HOST", "Proxy in front of the peer listener that says who calls, by the PROXY protocol (default: none)", Repeatable: true);
    public static readonly Setting GuiListen = new("gui-listen", "IP:PORT", "Where the owner's browser and scripts are heard (default: 127.0.0.1:7451 and [::1]:7451)", Repeatable: true);
    public static readonly Setting GuiHost = new("gui-host", "NAME", "Further host name under which the browser may ask (default: none)", Repeatable: true);
    public static readonly Setting GuiUrl = new("gui-url", "URL", "What the login link shows (default: the first --gui-listen)");
    public static readonly Setting Ping = new("ping", "needed|always", "Whom to ping: contacts that something waits for, or each one (default: needed)");
    public static readonly Setting Accept = new("accept", "manual|invite|relay", "Strangers: the owner decides, only those with an invite link get in, or they may relay through this node (default: manual)");
    public static readonly Setting Relay = new("relay", "on|off", "Whether accepted contacts may relay through this node (default: on)");
    public static readonly Setting OwnServer = new("own-server", "ADDRESS", "Node of yours that is always on and in your list: it carries first, and friends are told so (default: none)", Repeatable: true);
    public static readonly Setting RelayPlaintext = new("relay-plaintext", "on|off", "Whether friends who relay, other than own servers, are given messages that they can read, for contacts that open nothing else (default: on)");
    public static readonly Setting Sealing = new("sealing", "on|off", "Whether messages are sealed end to end for contacts that can open them (default: on)");
    public static readonly Setting Receipts = new("receipts", "on|off", "Whether friends are told which of their messages were read (default: on)");
    public static readonly Setting Database = new("database", "sqlite|CONNECTION", "Where everything is kept: sqlite, or a PostgreSQL connection string (default: sqlite)");
    public static readonly Setting Cluster = new("cluster", "on|off", "Whether this process is one of several that are one node, on one PostgreSQL database; on without a value (default: off)", ValueOptional: true);
    public static readonly Setting ClusterListen = new("cluster-listen", "IP:PORT", "Where the other members of the cluster are heard (default: 127.0.0.1:7452)");
    public static readonly Setting ClusterAddress = new("cluster-address", "HOST:PORT", "How the other members reach this one (default: --cluster-listen, behind a wildcard that address of this machine which a seed's name stands for)");
    public static readonly Setting ClusterSeed = new("cluster-seed", "HOST:PORT", "Member to join; a name may stand for several, of which the lowest address begins (default: none, this member begins)", Repeatable: true);
    public static readonly Setting ClusterKey = new("cluster-key", "FILE", "File of the master key that all members share; who finds none makes it (default: master.key in the data folder, which has to be copied to each)");
    public static readonly Setting Contacts = new("contacts", "FILE", "Contact list whose rows a node without contacts gets at its start (default: none)");
    public static readonly Setting Metrics = new("metrics", "on|off", "Whether /metrics answers Prometheus, with a bearer token, beside the client API (default: off)");
    public static readonly Setting LogFormat = new("log-format", "text|json", "Form of a line of the log on standard error (default: text)");
    public static readonly Setting PingInterval = new("ping-interval", "SECONDS", "Silence after which a contact is pinged, 1 to 86400 (default: 60)");
    public static readonly Setting RelayAfter = new("relay-after", "SECONDS", "Wait before relays are asked, 0 to 86400 (default: 10)");
    public static readonly Setting RetryMin = new("retry-min", "SECONDS", "First step of the backoff between tries, 0.05 to 3600 (default: 5)");
    public static readonly Setting MinFreeDisk = new("min-free-disk", "BYTES", "Free space below which nothing more is taken in (default: 256 MiB or 5 %, the larger)");

    /// <summary>Every option, in the order of the help.</summary>
    public static readonly IReadOnlyList<Setting> All =
    [
        Data, Config, Address, Nick, PeerListen, PeerTls, PeerProxy, GuiListen, GuiHost, GuiUrl, Ping, Accept, Relay, OwnServer, RelayPlaintext, Sealing, Receipts, Database,
        Cluster, ClusterListen, ClusterAddress, ClusterSeed, ClusterKey, Contacts, Metrics, LogFormat, PingInterval, RelayAfter, RetryMin, MinFreeDisk,
    ];

    /// <summary>The name on the command line.</summary>
    public string Option => "--" + Name;

    /// <summary>The name in the environment.</summary>
    public string Variable => "MESSENGER_" + Name.ToUpperInvariant().Replace('-', '_');
}
