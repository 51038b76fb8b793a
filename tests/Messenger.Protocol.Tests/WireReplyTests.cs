using System.Collections.Immutable;
using System.Text;
using CsCheck;
using Messenger.Protocol;

namespace Messenger.Protocol.Tests;

public class WireReplyTests
{
    [Theory]
    [InlineData("""{"status": 1}""", 1)]
    [InlineData("""{"status":"1"}""", 1)]
    [InlineData("""{"status":true}""", 1)]
    [InlineData("""{"status":0}""", 0)]
    [InlineData("""{"status":"0"}""", 0)]
    [InlineData("""{"status":false}""", 0)]
    [InlineData("""{"status":null}""", 0)]
    [InlineData("""{"status":3,"error":"quota"}""", 3)]
    [InlineData("""{"status":-1}""", -1)]
    [InlineData("\uFEFF {\"status\":1,\"x\":[{}]}\r\n", 1)]
    public void A_status_is_read_in_every_spelling(string body, int status) =>
        Assert.Equal(new StatusReply(status), Read(body));

    [Theory]
    [InlineData("""{"status":[1,1,1,0,1]}""", new[] { 1, 1, 1, 0, 1 })]
    [InlineData("""{"status":["1",true,1,false,null,"0",5]}""", new[] { 1, 1, 1, 0, 0, 0, 5 })]
    [InlineData("""{"status":[]}""", new int[0])]
    public void A_status_for_each_item_is_read_in_every_spelling(string body, int[] statuses) =>
        Assert.Equal(statuses, Assert.IsType<StatusesReply>(Read(body)).Statuses);

    [Theory]
    [InlineData("""{"action": "pong"}""")]
    [InlineData("""{"e2e":{},"action":"pong","caps":["e2e"]}""")]
    public void A_pong_is_a_pong(string body) => Assert.IsType<PongReply>(Read(body));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("[1]")]
    [InlineData("\"status\"")]
    [InlineData("{}")]
    [InlineData("<html>")]
    [InlineData("Warning: x\n{\"status\":1}")]
    [InlineData("{\"status\":1")]
    [InlineData("{\"status\":1}{\"status\":1}")]
    [InlineData("{\"status\":1,\"status\":0}")]
    [InlineData("{\"Status\":1}")]
    [InlineData("{\"status\":{}}")]
    [InlineData("{\"status\":{\"status\":1}}")]
    [InlineData("{\"status\":\"ok\"}")]
    [InlineData("{\"status\":\"\"}")]
    [InlineData("{\"status\":\"\\ud800\"}")]
    [InlineData("{\"status\":\"1\\u0000\"}")]
    [InlineData("{\"status\":1.5}")]
    [InlineData("{\"status\":1e999}")]
    [InlineData("{\"status\":99999999999}")]
    [InlineData("{\"status\":[1,[1]]}")]
    [InlineData("{\"status\":[1,{}]}")]
    [InlineData("{\"status\":[1,\"x\"]}")]
    [InlineData("{\"action\":\"ping\"}")]
    [InlineData("{\"action\":\"\\ud800\"}")]
    [InlineData("{\"action\":[\"pong\"]}")]
    [InlineData("{\"status\":1,\"x\":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}")]
    public void Anything_else_is_no_answer(string body) => Assert.NotEmpty(Assert.IsType<UnreadableReply>(Read(body)).Reason);

    [Fact]
    public void A_huge_reply_is_no_answer() =>
        Assert.IsType<UnreadableReply>(Read($$"""{"status":1,"x":"{{new string('x', 64 * 1024)}}"}"""));

    [Fact]
    public void What_we_answer_is_read_back()
    {
        Assert.Equal("{\"status\":1}", Encoding.UTF8.GetString(WireReplyWriter.Write(new StatusReply(1))));
        Assert.Equal("{\"status\":[1,0]}", Encoding.UTF8.GetString(WireReplyWriter.Write(new StatusesReply([1, 0]))));
        Assert.Equal("{\"action\":\"pong\"}", Encoding.UTF8.GetString(WireReplyWriter.Write(new PongReply())));
        Assert.Equal(new StatusReply(0), WireReplyReader.Read(WireReplyWriter.WriteError("malformed", "\"<й>\""), WireLimits.Default));
        Assert.Throws<ArgumentException>(() => WireReplyWriter.Write(new UnreadableReply("x")));
    }

    [Fact]
    public void No_reply_throws()
    {
        var json = Gen.OneOf(
            Gen.Char["{}[]\",:\\u01dstatusactionpong -.e"].Array[0, 40].Select(chars => Encoding.UTF8.GetBytes(chars)),
            Gen.Byte.Array[0, 60],
            Gen.Select(Gen.Int[0, 21], Gen.Byte).Select((at, value) =>
            {
                var body = "{\"status\":[\"1\",0,true]}"u8.ToArray();
                body[at] = value;
                return body;
            }));
        json.Sample(body => WireReplyReader.Read(body, WireLimits.Default) is not null, iter: 20_000);
    }

    private static WireReply Read(string body) => WireReplyReader.Read(Encoding.UTF8.GetBytes(body), WireLimits.Default);
}
