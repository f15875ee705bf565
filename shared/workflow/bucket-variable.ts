/** Environment variable of the functions with the name of the bucket that holds every object. */
export const bucketVariable = "FEDSTEP_BUCKET";
