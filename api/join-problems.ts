/** Refusals about two buyers who are, or are not, one person. */
export const JOIN_PROBLEMS = {
  join_not_found: {
    status: 404,
    title: 'There is no join of buyers with this id.',
    whatToDo: 'Take the id from the "joins" of GET /v1/buyers/{id}.',
  },
  same_buyer: {
    status: 409,
    title: 'Both ids name the same buyer already.',
    whatToDo: 'Nothing needs to be joined.',
  },
  buyer_joined: {
    status: 409,
    title: 'One of the buyers was joined with another one before.',
    whatToDo: 'Name the buyer in "joined_into" instead.',
  },
  join_already_undone: {
    status: 409,
    title: 'This join was undone before.',
    whatToDo: 'Nothing needs to be undone.',
  },
  later_join_first: {
    status: 409,
    title: 'A later join of one of these buyers was built on this one.',
    whatToDo: 'Undo the join named in "later_join_id" first.',
  },
  join_under_way: {
    status: 409,
    title: 'A message of this conversation is being decided or sent at this moment.',
    whatToDo: 'Repeat the request in a few seconds.',
  },
} as const;
