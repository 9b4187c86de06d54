export const SecretPage = () => null;
