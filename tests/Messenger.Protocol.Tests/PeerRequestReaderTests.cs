using System.Text;
using Messenger.Domain.Contacts;
using Messenger.Protocol;
using static Messenger.Protocol.Tests.Requests;

namespace Messenger.Protocol.Tests;

public class PeerRequestReaderTests
{
    private const string Send =
        """{"action":"send","from":"адрес1","to":"адрес2","message":"сообщение","timestamp":"время","enctype":"","key":"пароль"}""";

    private static readonly WireMessage Sent = new("адрес1", "адрес2", "сообщение", "время", "");

    [Fact]
    public async Task The_handshake_of_the_seed_page_is_read() =>
        Assert.Equal(
            new HandshakeRequest("пароль"),
            await RequestAsync<HandshakeRequest>("""{"action": "handshake", "key": "пароль"}"""));

    [Fact]
    public async Task A_handshake_may_say_who_it_is_and_prove_it() =>
        Assert.Equal(
            new HandshakeRequest("new", "fc00::1", "Аня", "old", """{"v":1}""") { Advertised = new(PeerCaps.Sealing) },
            await RequestAsync<HandshakeRequest>(
                """{"action":"handshake","key":"new","from":"fc00::1","nick":"Аня","proof":"old","caps":["e2e"],"e2e":{"v":1}}"""));

    [Fact]
    public async Task The_send_of_the_seed_page_is_read() =>
        Assert.Equal(new SendRequest(Sent, "пароль"), await RequestAsync<SendRequest>(Send));

    [Fact]
    public async Task The_resend_of_the_seed_page_is_read() =>
        Assert.Equal(new ResendRequest(Sent, "пароль"), await RequestAsync<ResendRequest>(Send.Replace("\"send\"", "\"resend\"")));

    [Fact]
    public async Task The_ping_of_the_seed_page_is_read() =>
        Assert.Equal(new PingRequest(), await RequestAsync<PingRequest>("""{"action": "ping"}"""));

    [Fact]
    public async Task The_history_of_the_seed_page_is_read()
    {
        var history = await RequestAsync<HistoryRequest>($$"""{"action": "history", "messages":[{{Send}},{{Send}}, {{Send}} ]}""");
        Assert.Equal(Enumerable.Repeat<HistoryItem>(new HistoryMessage(Sent, "пароль"), 3), history.Items);
        Assert.Equal((null, null, 0), (history.From, history.Key, history.Omitted));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("text/plain")]
    [InlineData(Form)]
    [InlineData("application/x-www-form-urlencoded; charset=UTF-8")]
    [InlineData("nonsense; ;;")]
    public async Task Json_is_read_under_any_content_type(string? contentType) =>
        Assert.Equal(new PingRequest(Key: "k"), await RequestAsync<PingRequest>(" \n{\"action\":\"ping\",\"key\":\"k\"}\n", contentType));

    [Fact]
    public async Task A_byte_order_mark_is_no_obstacle() =>
        Assert.Equal(new PingRequest(), await RequestAsync<PingRequest>("\uFEFF{\"action\":\"ping\"}"));

    [Theory]
    [InlineData(Form)]
    [InlineData(" Application/X-WWW-Form-Urlencoded;charset=utf-8")]
    public async Task A_form_is_read_by_the_same_names(string contentType)
    {
        var form = "action=send&from=%D0%B0&to=fc00%3A%3A1&message=a+b%2Bc%26&timestamp=1700000000&key=k&other";
        Assert.Equal(
            new SendRequest(new WireMessage("а", "fc00::1", "a b+c&", "1700000000", ""), "k"),
            await RequestAsync<SendRequest>(form, contentType));
    }

    [Fact]
    public async Task A_form_carries_a_history_as_json()
    {
        var messages = Uri.EscapeDataString("""[{"message":"1","key":"k"}, 5]""");
        var history = await RequestAsync<HistoryRequest>($"action=history&messages={messages}", Form);
        Assert.Equal(new HistoryMessage(new WireMessage(null, null, "1", "", ""), "k"), history.Items[0]);
        Assert.IsType<MalformedItem>(history.Items[1]);
    }

    [Theory]
    [InlineData("?action=ping&key=k&from=a")]
    [InlineData("action=ping&&key=%6b&from=a&")]
    public void A_query_is_read_like_a_form(string query) =>
        Assert.Equal(new PingRequest("a", "k"), new PeerRequestReader(WireLimits.Default).ReadQuery(query).Request);

    [Theory]
    [InlineData("1700000000")]
    [InlineData("1700000000.123456")]
    [InlineData("1.70e9")]
    [InlineData("-0")]
    [InlineData("1e999")]
    [InlineData("123456789012345678901234567890")]
    public async Task The_timestamp_may_be_a_number_and_keeps_its_spelling(string number) =>
        Assert.Equal(number, (await RequestAsync<SendRequest>($$"""{"action":"send","message":"m","timestamp":{{number}}}""")).Message.Timestamp);

    [Theory]
    [InlineData("""{"action":"send","message":"m"}""")]
    [InlineData("""{"action":"send","message":"m","from":null,"to":null,"timestamp":null,"enctype":null,"key":null}""")]
    [InlineData("""{"action":"send","message":"m","from":"","to":"","timestamp":"","enctype":"","key":""}""")]
    public async Task Missing_null_and_empty_are_alike(string body) =>
        Assert.Equal(new SendRequest(new WireMessage(null, null, "m", "", ""), null), await RequestAsync<SendRequest>(body));

    [Fact]
    public async Task Control_characters_and_every_alphabet_may_stand_in_a_message()
    {
        var request = await RequestAsync<SendRequest>("""{"action":"send","message":"\u0001\r\n\t\u200b😀\ud83d\ude00שלום"}""");
        Assert.Equal("\u0001\r\n\t\u200b😀😀שלום", request.Message.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("[]")]
    [InlineData("\"ping\"")]
    [InlineData("{action: \"ping\"}")]
    [InlineData("{'action':'ping'}")]
    [InlineData("{\"action\":\"ping\"")]
    [InlineData("{\"action\":\"ping\"}}")]
    [InlineData("{\"action\":\"ping\"} x")]
    [InlineData("{\"action\":\"ping\"}{}")]
    [InlineData("{\"action\":\"ping\",}")]
    [InlineData("{\"action\":\"ping\"/**/}")]
    [InlineData("{\"action\":\"ping\"]")]
    [InlineData("{\"action\":\"ping\",\"x\":{]}")]
    [InlineData("{\"action\":\"ping\",\"action\":\"ping\"}")]
    [InlineData("{\"action\":\"ping\",\"key\":\"a\",\"k\\u0065y\":\"b\"}")]
    [InlineData("{\"action\":\"ping\",\"x\":{\"a\":1,\"a\":2}}")]
    [InlineData("{\"action\":\"ping\",\"\\ud800\":1}")]
    [InlineData("{\"action\":\"ping\",\"x\":tru}")]
    [InlineData("{\"action\":\"ping\",\"x\":01}")]
    [InlineData("{\"action\":\"ping\",\"x\":\"\\x\"}")]
    [InlineData("{\"action\":\"ping\",\"x\":\"\n\"}")]
    [InlineData("{\"action\":\"ping\" \"x\":1}")]
    [InlineData("{\"action\":\"ping\",:1}")]
    [InlineData("{\"action\":\"history\",\"messages\":[{}]")]
    [InlineData("{\"action\":\"history\",\"messages\":[{},]}")]
    [InlineData("{\"action\":\"history\",\"messages\":[,{}]}")]
    [InlineData("{\"action\":\"history\",\"messages\":[{},,{}]}")]
    [InlineData("{\"action\":\"history\",\"messages\":[{]}]}")]
    [InlineData("{\"action\":\"history\",\"messages\":[{}]]}")]
    [InlineData("{\"action\":\"history\",\"messages\":[],\"messages\":[]}")]
    [InlineData("{\"action\":\"history\",\"messages\":[],\"message\\u0073\":[]}")]
    [InlineData("action=ping")]
    public async Task What_is_not_one_strict_json_object_is_malformed(string body)
    {
        var error = await ErrorAsync(body);
        Assert.Equal((400, "malformed"), (error.Status, error.Code));
    }

    [Theory]
    [InlineData("""{"x":1}""", "action")]
    [InlineData("""{"action":null}""", "action")]
    [InlineData("""{"action":""}""", "action")]
    [InlineData("""{"action":1}""", "action")]
    [InlineData("""{"action":["ping"]}""", "action")]
    [InlineData("""{"action":"handshake"}""", "key")]
    [InlineData("""{"action":"handshake","key":null}""", "key")]
    [InlineData("""{"action":"handshake","key":""}""", "key")]
    [InlineData("""{"action":"handshake","key":5}""", "key")]
    [InlineData("""{"action":"handshake","key":"k","nick":{}}""", "nick")]
    [InlineData("""{"action":"handshake","key":"k","proof":true}""", "proof")]
    [InlineData("""{"action":"handshake","key":"k","invite":["code"]}""", "invite")]
    [InlineData("""{"action":"ping","key":[]}""", "key")]
    [InlineData("""{"action":"ping","from":1}""", "from")]
    [InlineData("""{"action":"send"}""", "message")]
    [InlineData("""{"action":"send","message":null}""", "message")]
    [InlineData("""{"action":"send","message":1}""", "message")]
    [InlineData("""{"action":"send","message":{"a":1}}""", "message")]
    [InlineData("""{"action":"send","message":"a\u0000b"}""", "message")]
    [InlineData("""{"action":"send","message":"\ud800"}""", "message")]
    [InlineData("""{"action":"send","message":"\udc00\ud800"}""", "message")]
    [InlineData("""{"action":"send","message":"m","timestamp":true}""", "timestamp")]
    [InlineData("""{"action":"send","message":"m","timestamp":{}}""", "timestamp")]
    [InlineData("""{"action":"send","message":"m","timestamp":"\u0000"}""", "timestamp")]
    [InlineData("""{"action":"send","message":"m","enctype":1}""", "enctype")]
    [InlineData("""{"action":"resend","message":"m","to":1}""", "to")]
    [InlineData("""{"action":"history"}""", "messages")]
    [InlineData("""{"action":"history","messages":null}""", "messages")]
    [InlineData("""{"action":"history","messages":{"0":{}}}""", "messages")]
    [InlineData("""{"action":"history","messages":"[]"}""", "messages")]
    [InlineData("""{"action":"history","messages":[],"key":1}""", "key")]
    public async Task A_field_that_is_missing_or_of_the_wrong_kind_is_named(string body, string field)
    {
        var error = await ErrorAsync(body);
        Assert.Equal((400, "bad_field"), (error.Status, error.Code));
        Assert.Contains($"\"{field}\"", error.Detail);
    }

    [Theory]
    [InlineData("key", "ping")]
    [InlineData("from", "ping")]
    [InlineData("enctype", "send")]
    [InlineData("timestamp", "send")]
    [InlineData("action", "send")]
    public async Task A_short_field_that_is_long_is_named(string field, string action)
    {
        var pairs = new Dictionary<string, string> { ["action"] = action, ["message"] = "m", [field] = new string('x', 513) };
        var error = await ErrorAsync(System.Text.Json.JsonSerializer.Serialize(pairs));
        Assert.Equal((413, "too_large"), (error.Status, error.Code));
        Assert.Contains($"\"{field}\"", error.Detail);
    }

    [Fact]
    public async Task Bytes_that_are_no_utf8_are_refused()
    {
        byte[] Body(byte[] text) => [.. "{\"action\":\"send\",\"message\":\""u8, .. text, .. "\"}"u8];
        foreach (var text in (byte[][])[[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xD0]])
        {
            Assert.Equal(400, (await ReadAsync(Body(text))).Error?.Status);
        }

        Assert.True((await ReadAsync(Body([0xD0, 0xB0]))).IsRequest);
        Assert.Equal(400, (await ReadAsync("action=send&message=%FF", Form)).Error?.Status);
        Assert.Equal(400, (await ReadAsync("action=send&message=%00", Form)).Error?.Status);
        Assert.Equal(400, (await ReadAsync("action=history&messages=[{]", Form)).Error?.Status);
        Assert.Equal(400, (await ReadAsync("action=ping&action=ping", Form)).Error?.Status);
    }

    [Theory]
    [InlineData("dance", "\"dance\"")]
    [InlineData("SEND", "\"SEND\"")]
    [InlineData("<script>alert(1)</script>", "\"scriptalert1script\"")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"")]
    public async Task An_unknown_action_is_named_harmlessly(string action, string shown)
    {
        var error = await ErrorAsync($$"""{"action":"{{action}}","key":"k"}""");
        Assert.Equal((400, "unknown_action"), (error.Status, error.Code));
        Assert.Contains(shown, error.Detail);
    }

    [Fact]
    public async Task Nesting_ends_at_sixteen_levels()
    {
        string Nested(int depth) => $$"""{"action":"ping","x":{{new string('[', depth - 1)}}{{new string(']', depth - 1)}}}""";
        Assert.True((await ReadAsync(Nested(16))).IsRequest);
        Assert.Equal(400, (await ReadAsync(Nested(17))).Error?.Status);
        Assert.Equal(400, (await ReadAsync("{\"action\":\"ping\",\"x\":" + new string('[', 100_000))).Error?.Status);
        Assert.Equal(400, (await ReadAsync("{\"messages\":[" + new string('{', 100_000))).Error?.Status);
    }

    [Theory]
    [InlineData("ping", 1024)]
    [InlineData("handshake", 8 * 1024)]
    [InlineData("send", 256 * 1024)]
    [InlineData("resend", 256 * 1024)]
    public async Task Each_action_has_its_own_size(string action, int bytes)
    {
        string Padded(int length)
        {
            var body = $$"""{"action":"{{action}}","key":"k","message":"m","x":"*"}""";
            return body.Replace("*", new string('x', length - body.Length + 1));
        }

        Assert.True((await ReadAsync(Padded(bytes))).IsRequest);
        Assert.Equal(413, (await ErrorAsync(Padded(bytes + 1))).Status);
    }

    [Fact]
    public async Task A_text_may_have_64_KiB_of_utf8()
    {
        string Sized(int bytes) => $$"""{"action":"send","message":"{{new string('ж', bytes / 2)}}"}""";
        Assert.True((await ReadAsync(Sized(64 * 1024))).IsRequest);
        Assert.Equal(413, (await ErrorAsync(Sized((64 * 1024) + 2))).Status);
    }

    [Fact]
    public async Task An_endless_body_is_not_read_to_its_end()
    {
        foreach (var start in (string[])["{\"action\":\"send\",\"message\":\"", "{\"messages\":[\"", " "])
        {
            var body = new EndlessStream(Encoding.UTF8.GetBytes(start), (byte)'x');
            var result = await new PeerRequestReader(WireLimits.Default).ReadAsync(body, "application/json", CancellationToken.None);
            Assert.Equal(413, result.Error?.Status);
            Assert.InRange(body.BytesRead, 1, (32 * 1024 * 1024) + (64 * 1024));
        }
    }
}
