import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Context, EventHandler } from 'polyfn';

/** Answers the name of an object with a URL to upload it to, signed with the function role's keys. OSS speaks S3 too. */
export const handler: EventHandler = async (event, context) => {
  const command = new PutObjectCommand({ Bucket: process.env.BUCKET ?? 'uploads', Key: event.toString() });
  return getSignedUrl(client(context), command, { expiresIn: 300 });
};

function client({ credentials, region }: Context): S3Client {
  return new S3Client({
    region,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    endpoint: `https://s3.oss-${region}.aliyuncs.com`,
    credentials: {
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.accessKeySecret,
      sessionToken: credentials.securityToken,
    },
  });
}
