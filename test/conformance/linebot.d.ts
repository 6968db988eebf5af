/** The part of `linebot` that the conformance test uses; the package has no types of its own. */
declare module 'linebot' {
  interface Bot {
    verify(body: Buffer, signature: string): boolean;
    reply(replyToken: string, message: string): Promise<unknown>;
    push(to: string, messages: readonly string[]): Promise<unknown>;
  }
  function linebot(options: {
    readonly channelId: string;
    readonly channelSecret: string;
    readonly channelAccessToken: string;
  }): Bot;
  export default linebot;
}
