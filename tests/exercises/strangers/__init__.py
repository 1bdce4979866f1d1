"""A bank of answers as many different students would write them, a file per problem set."""
