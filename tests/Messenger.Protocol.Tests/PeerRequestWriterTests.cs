using System.Text;
using Messenger.Protocol;

namespace Messenger.Protocol.Tests;

public class PeerRequestWriterTests
{
    private static readonly WireMessage Message = new("fc00::1", "fc00::2", "привет", "1700000000.000001", "");

    public static TheoryData<PeerRequest, string> Written => new()
    {
        {
            new HandshakeRequest("k", "fc00::1", "Аня", "p"),
            """{"action":"handshake","from":"fc00::1","nick":"Аня","proof":"p","key":"k"}"""
        },
        { new HandshakeRequest("k"), """{"action":"handshake","key":"k"}""" },
        { new PingRequest("fc00::1", "k"), """{"action":"ping","from":"fc00::1","key":"k"}""" },
        {
            new SendRequest(Message, "k"),
            """{"action":"send","from":"fc00::1","to":"fc00::2","message":"привет","timestamp":"1700000000.000001","enctype":"","key":"k"}"""
        },
        {
            new ResendRequest(Message, "k"),
            """{"action":"resend","from":"fc00::1","to":"fc00::2","message":"привет","timestamp":"1700000000.000001","enctype":"","key":"k"}"""
        },
        {
            new HistoryRequest("fc00::1", "k", [new HistoryMessage(Message, "k")]),
            """{"action":"history","from":"fc00::1","key":"k","messages":[{"action":"send","from":"fc00::1","to":"fc00::2","message":"привет","timestamp":"1700000000.000001","enctype":"","key":"k"}]}"""
        },
    };

    [Theory]
    [MemberData(nameof(Written))]
    public void Requests_are_written_with_the_names_of_the_seed_page(PeerRequest request, string json) =>
        Assert.Equal(json, Encoding.UTF8.GetString(PeerRequestWriter.Write(request)));

    [Fact]
    public void What_was_malformed_is_not_passed_on() =>
        Assert.Throws<ArgumentException>(() => PeerRequestWriter.Write(new HistoryRequest(null, null, [new MalformedItem("x")])));
}
