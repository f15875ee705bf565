import { accountOfArn } from "../iam/arn.ts";

export const urlType = "AWS::Lambda::Url";

/** Begins the paths of function URLs at the local endpoint: no bucket can have the name, nor any service the path. */
export const urlPath = "/lambda_url/";

/** Stands in templates for the endpoint's address, which is known once it is up; nothing can be reached there. */
export const endpointToCome = "http://endpoint.invalid";

/** The path that a function is reached at, without what a request has behind it. */
export const pathOfFunction = (arn: string): string =>
  `${urlPath}${accountOfArn(arn)}/${arn.slice(arn.lastIndexOf(":") + 1)}`;

/** What GetAtt FunctionUrl gives. */
export const functionUrl = (arn: string): string => `${endpointToCome}${pathOfFunction(arn)}/`;
