using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Messenger.Domain.Addressing;
using Messenger.Domain.Roster;
using Messenger.Node.Configuration;

namespace Messenger.Node.Tests.Configuration;

public sealed partial class NodeOptionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string[]> _commandLine = [];
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_settings_the_documented_defaults_hold()
    {
        var options = Read();

        Assert.Equal("[::]:7450", options.PeerListen.ToString());
        Assert.Empty(options.GuiListen);
        Assert.Equal("127.0.0.1:7451", options.GuiLocal.ToString());
        Assert.False(options.GuiBeyondLoopback);
        Assert.Equal("messenger", Path.GetFileName(options.DataPath));
        Assert.Equal(TimeSpan.FromSeconds(60), options.PingInterval);
        Assert.Equal(TimeSpan.FromSeconds(10), options.RelayAfter);
        Assert.Equal(TimeSpan.FromSeconds(5), options.RetryMin);
        Assert.Null(options.MinFreeDisk);
        Assert.True(options.Relay);
        Assert.Equal(StrangerPolicy.Manual, options.Accept);
        Assert.Equal(PingPolicy.Needed, options.Ping);
        Assert.False(options.Metrics);
        Assert.False(options.LogJson);
    }

    [Fact]
    public void The_command_line_beats_the_environment_which_beats_the_file()
    {
        UseFile("""{"nick": "file", "ping-interval": 30, "retry-min": "0.5"}""");
        _environment["MESSENGER_NICK"] = "environment";
        _environment["MESSENGER_PING_INTERVAL"] = "20";
        _commandLine["nick"] = ["command line"];

        var options = Read();

        Assert.Equal("command line", options.Nick);
        Assert.Equal(TimeSpan.FromSeconds(20), options.PingInterval);
        Assert.Equal(TimeSpan.FromSeconds(0.5), options.RetryMin);
    }

    [Fact]
    public void Repeatable_settings_are_read_from_every_place()
    {
        IPEndPoint[] expected = [IPEndPoint.Parse("127.0.0.1:1"), IPEndPoint.Parse("[fc00::1]:2")];

        _environment["MESSENGER_GUI_LISTEN"] = "127.0.0.1:1, [fc00::1]:2";
        Assert.Equal(expected, Read().GuiListen);

        _environment.Clear();
        UseFile("""{"gui-listen": ["127.0.0.1:1", "[fc00::1]:2"]}""");
        Assert.Equal(expected, Read().GuiListen);

        _commandLine["gui-listen"] = ["127.0.0.1:1", "[fc00::1]:2"];
        Assert.Equal(expected, Read().GuiListen);
        Assert.True(Read().GuiBeyondLoopback);
    }

    [Theory]
    [InlineData("ping-interval", "0")]
    [InlineData("ping-interval", "-1")]
    [InlineData("ping-interval", "NaN")]
    [InlineData("ping-interval", "1e3")]
    [InlineData("retry-min", "0.01")]
    [InlineData("min-free-disk", "1.5")]
    [InlineData("min-free-disk", "99999999999999999999")]
    [InlineData("peer-listen", "7450")]
    [InlineData("peer-listen", "127.1:7450")]
    [InlineData("peer-listen", "127.0.0.1")]
    [InlineData("peer-listen", "::1:7450")]
    [InlineData("peer-listen", "[::1]:0")]
    [InlineData("peer-listen", "[::1]:65536")]
    [InlineData("gui-listen", "localhost:7451")]
    [InlineData("gui-host", "*")]
    [InlineData("gui-host", "0.0.0.0")]
    [InlineData("gui-host", "[::]")]
    [InlineData("gui-host", "*.example.org")]
    [InlineData("gui-host", "name:80")]
    [InlineData("gui-url", "ftp://example.org/")]
    [InlineData("gui-url", "/here")]
    [InlineData("gui-url", "http://example.org/path?x")]
    [InlineData("address", "127.1")]
    [InlineData("nick", "a\nb")]
    [InlineData("relay", "yes")]
    [InlineData("metrics", "true")]
    [InlineData("log-format", "xml")]
    [InlineData("accept", "everybody")]
    [InlineData("ping", "never")]
    [InlineData("data", "")]
    [InlineData("contacts", "")]
    public void A_bad_value_is_one_line_that_names_the_setting_and_the_value(string name, string value)
    {
        _commandLine[name] = [value];

        var error = Assert.Throws<BadOptionException>(Read);

        Assert.StartsWith($"--{name}: '{value.Replace('\n', '?')}': ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("Host=localhost;Password=a-secret")]
    [InlineData("Host=localhost;Database=messenger;Pass=a-secret")]
    public void A_bad_database_is_one_line_that_does_not_repeat_the_value(string value)
    {
        _commandLine["database"] = [value];

        var error = Assert.Throws<BadOptionException>(Read);

        Assert.StartsWith("--database: sqlite or a PostgreSQL connection string is expected", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.DoesNotContain("a-secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_is_sqlite_or_a_connection_string()
    {
        Assert.Null(Read().Database);
        _commandLine["database"] = ["sqlite"];
        Assert.Null(Read().Database);
        _commandLine["database"] = ["Host=db;Database=messenger"];
        Assert.Equal("Host=db;Database=messenger", Read().Database);
    }

    [Fact]
    public void A_bad_value_in_the_environment_is_named_as_the_variable()
    {
        _environment["MESSENGER_RELAY"] = "maybe";

        Assert.StartsWith("MESSENGER_RELAY: 'maybe': on or off", Assert.Throws<BadOptionException>(Read).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"pign": "always"}""", "\"pign\" is not an option")]
    [InlineData("""{"nick": true}""", "\"nick\" must be a string or a number")]
    [InlineData("""{"nick": ["a"]}""", "\"nick\" must be a string or a number")]
    [InlineData("""{"relay": "maybe"}""", "\"relay\" in ")]
    [InlineData("""["nick"]""", "a JSON object")]
    [InlineData("""{"nick": "a", "nick": "b"}""", "cannot read")]
    [InlineData("{", "cannot read")]
    public void A_bad_file_is_one_line(string content, string expected)
    {
        UseFile(content);

        var error = Assert.Throws<BadOptionException>(Read);

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void The_example_file_is_read_and_changes_nothing()
    {
        _commandLine["config"] = [ExampleFile];

        var (example, defaults) = (Read(), new NodeOptions { DataPath = "" });

        Assert.Empty(example.Addresses.Concat<object>(example.GuiListen).Concat(example.GuiHosts).Concat(example.OwnServers).Concat(example.PeerProxies));
        Assert.Equal(
            defaults with { DataPath = example.DataPath, Addresses = example.Addresses, GuiListen = example.GuiListen, GuiHosts = example.GuiHosts, OwnServers = example.OwnServers, PeerProxies = example.PeerProxies },
            example);
    }

    [Fact]
    public void The_example_file_shows_every_option_and_what_it_keeps_out_can_be_taken_in()
    {
        UseFile(ShownOptions().Replace(File.ReadAllText(ExampleFile), "$1"));

        Read();

        var shown = JsonDocument.Parse(File.ReadAllText(_folder.File("messenger.json")), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        Assert.Equal(
            Setting.All.Except([Setting.Config]).Select(setting => setting.Name).Order(StringComparer.Ordinal),
            shown.RootElement.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_cluster_needs_a_database_that_all_members_share()
    {
        _commandLine["cluster"] = ["on"];

        Assert.Contains("--database", Assert.Throws<BadOptionException>(Read).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_is_told_where_it_is_heard_and_whom_to_join()
    {
        _commandLine["cluster"] = ["on"];
        _commandLine["database"] = ["Host=db;Database=messenger"];
        _commandLine["cluster-listen"] = ["0.0.0.0:7000"];
        _commandLine["cluster-seed"] = ["Member-1:7452", "10.0.0.5:7452"];

        var cluster = Read().Cluster!;

        Assert.Equal(IPEndPoint.Parse("0.0.0.0:7000"), cluster.Listen);
        Assert.Equal([new HostPort("member-1", 7452), new HostPort("10.0.0.5", 7452)], cluster.Seeds);
    }

    [Theory]
    [InlineData("cluster-listen", "[::1]:7452")]
    [InlineData("cluster-seed", "member-1")]
    [InlineData("cluster-seed", "[::1]:7452")]
    [InlineData("cluster-address", "member 1:7452")]
    [InlineData("cluster", "yes")]
    public void What_no_member_can_be_reached_by_is_refused(string setting, string value)
    {
        _commandLine["cluster"] = ["on"];
        _commandLine["database"] = ["Host=db;Database=messenger"];
        _commandLine[setting] = [value];

        Assert.Contains(setting, Assert.Throws<BadOptionException>(Read).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        _commandLine["config"] = [_folder.File("none.json")];

        Assert.Contains("none.json", Assert.Throws<BadOptionException>(Read).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.0.2.7:7450", "192.0.2.7", false)]
    [InlineData("[fc00::7]:9000", "[fc00::7]:9000", false)]
    [InlineData("[::]:7450", "fc12::1", true)]
    [InlineData("0.0.0.0:9000", "10.0.0.5:9000", true)]
    public void The_address_is_the_listeners_own_or_a_mesh_or_the_default_routes(string listener, string expected, bool guessed)
    {
        IPAddress[] local = [IPAddress.Loopback, IPAddress.Parse("10.0.0.5"), IPAddress.Parse("fd00::5"), IPAddress.Parse("fc12::1"), IPAddress.Parse("200::1")];

        var found = OwnAddress.Find(IPEndPoint.Parse(listener), local, IPAddress.Parse("10.0.0.5"));

        Assert.Equal((Address.Parse(expected), guessed), found);
    }

    [Fact]
    public void A_machine_without_any_route_is_known_by_loopback() =>
        Assert.Equal((Address.Parse("127.0.0.1"), true), OwnAddress.Find(new(IPAddress.IPv6Any, 7450), [], null));

    private static string ExampleFile => Path.Combine(AppContext.BaseDirectory, "messenger.json");

    /// <summary>An option behind the marks of a comment.</summary>
    [GeneratedRegex("""^  // ("[a-z-]+": .*,)$""", RegexOptions.Multiline)]
    private static partial Regex ShownOptions();

    private void UseFile(string content)
    {
        File.WriteAllText(_folder.File("messenger.json"), content);
        _commandLine["config"] = [_folder.File("messenger.json")];
    }

    private NodeOptions Read() => NodeOptionsReader.Read(new SettingSources(setting => _commandLine.GetValueOrDefault(setting.Name, []), _environment.GetValueOrDefault));
}
