/** The part of `facebook-nodejs-business-sdk` that the conformance test uses; it has no types. */
declare module 'facebook-nodejs-business-sdk' {
  export interface Api {
    readonly accessToken: string;
  }
  export const FacebookAdsApi: {
    readonly GRAPH: string;
    init(token: string, locale: string, hasCrashReporter: boolean): Api;
  };
  /** Answers are wrapped in a node, whose data they are. */
  interface Node {
    readonly _data: Readonly<Record<string, unknown>>;
  }
  export class Page {
    constructor(id: string, data?: object, parentId?: string, api?: Api);
    createMessage(fields: readonly string[], params: object): Promise<Node>;
    createMessageAttachment(fields: readonly string[], params: object): Promise<Node>;
    createMessengerProfile(fields: readonly string[], params: object): Promise<Node>;
    createSubscribedApp(fields: readonly string[], params: object): Promise<Node>;
    createPassThreadControl(fields: readonly string[], params: object): Promise<Node>;
    createPersona(fields: readonly string[], params: object): Promise<Node>;
    getSubscribedApps(fields: readonly string[], params: object): Promise<readonly Node[]>;
    get(fields: readonly string[]): Promise<Node>;
  }
  export interface BatchAnswer {
    readonly status: number;
    readonly body: string;
  }
  export class FacebookAdsApiBatch {
    constructor(api: Api);
    add(
      method: string,
      path: readonly string[],
      params: object,
      files: undefined,
      onSuccess: (answer: BatchAnswer) => void,
      onFailure: (answer: BatchAnswer) => void,
    ): object;
    execute(): Promise<unknown>;
  }
}
