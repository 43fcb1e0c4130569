#!/usr/bin/env bash
# Protects the repository on GitHub as its workflows expect it; run it again after a change here, it sets what is there.
#
#   .github/protect.sh OWNER/NAME [REVIEWER]
#
# - develop and main: changes arrive by pull request, with the checks below passed; nobody forces a push, administrators
#   included. Where one person alone may push, no approval is asked for: nobody could give it.
# - environment staging: deployed to from main (images) and develop (the platform) alone.
# - environment production-plan: from main alone; its role may only read.
# - environment production: from main alone, after REVIEWER (a user, by default whoever runs this) has approved it. Where
#   GitHub's plan has no approvals it is closed: no branch may deploy to it, and this ends with 1.
#
# Needs gh, logged in as an administrator of the repository. Variables and secrets are set by hand, for each environment:
#   gh variable set AWS_ROLE_ARN --env staging --repo OWNER/NAME
#   gh secret set STAGING_DATABASE_URL --env staging --repo OWNER/NAME
# to sign images (docs/provenance.md): COSIGN_PUBLIC_KEY (a variable) of each, COSIGN_PRIVATE_KEY and COSIGN_PASSWORD of staging,
# and for the tests, of the repository: NEON_PROJECT (a variable), NEON_API_KEY, NEON_TEST_DATABASE_URL.
set -euo pipefail

repository=${1:?usage: .github/protect.sh OWNER/NAME [REVIEWER]}
reviewer=${2:-$(gh api user --jq .login)}
owner=${repository%%/*}

# The names of the jobs of backend-ci.yml and frontend-ci.yml
checks=("Backend lint" "Backend unit tests" "Backend integration tests" "Frontend lint" "Frontend unit tests")

# Says what is wrong, then what to do, a line each, and ends.
refuse() {
  echo "refused: $1" >&2
  shift
  printf '  %s\n' "$@" >&2
  exit 1
}

# Sends the JSON on its standard input.
send() {
  gh api --silent --method "$1" --header "Accept: application/vnd.github+json" --input - "repos/$repository/$2"
}

# What GitHub has for this repository

visibility=$(gh api "repos/$repository" --jq .visibility)
if [ "$(gh api "repos/$repository" --jq .owner.type)" = Organization ]; then
  plan=$(gh api "orgs/$owner" --jq '.plan.name // "unknown"')
else
  # GitHub tells a user's plan to the user alone.
  plan=$(gh api user --jq "if .login == \"$owner\" then .plan.name // \"unknown\" else \"unknown\" end")
fi
pushers=$(gh api "repos/$repository/collaborators" --paginate --jq '.[] | select(.permissions.push) | .login' | wc -l)
echo "$repository: $visibility, GitHub's plan is $plan, $((pushers)) may push"

if [ "$visibility" != public ] && [ "$plan" = free ]; then
  refuse "GitHub's plan free protects neither branches nor environments of a $visibility repository." \
    "Make it public, or upgrade: Pro or Team for branches and staging, Enterprise for production's approval. Then run this again." \
    "Until then, set no AWS_ROLE_ARN in an environment production: whoever may push could deploy to it." \
    "Nothing was changed."
fi

# Branches

# Where a merge into develop is a squash, develop has none of main's commits. Checks on what is merged (strict) and a linear
# history would ask for them: after the first pull request from develop to main there could be no second one.
protect_branch() {
  local branch=$1 strict=$2 linear=$3 contexts
  contexts=$(printf '"%s",' "${checks[@]}")
  echo "branch $branch: pull requests, $approvals approvals, ${#checks[@]} required checks"
  send PUT "branches/$branch/protection" <<JSON
{
  "required_status_checks": { "strict": $strict, "contexts": [${contexts%,}] },
  "required_pull_request_reviews": { "required_approving_review_count": $approvals, "dismiss_stale_reviews": true },
  "required_conversation_resolution": true,
  "required_linear_history": $linear,
  "enforce_admins": true,
  "restrictions": null,
  "allow_force_pushes": false,
  "allow_deletions": false
}
JSON
}

approvals=1
if [ "$pushers" -lt 2 ]; then
  approvals=0
  echo "one person alone may push, and nobody approves a pull request of their own: none is asked for; run this again when there are two"
fi
protect_branch develop true true
protect_branch main false false

# Environments

# Lets an environment be deployed to from these branches and from no others.
allow_branches() {
  local name=$1 id branch known
  shift
  known=$(gh api "repos/$repository/environments/$name/deployment-branch-policies" --jq '.branch_policies[] | "\(.id) \(.name)"')
  while read -r id branch; do
    if [ -n "$id" ] && ! printf '%s\n' "$@" | grep -qxF -- "$branch"; then
      gh api --silent --method DELETE "repos/$repository/environments/$name/deployment-branch-policies/$id"
    fi
  done <<<"$known"
  for branch in "$@"; do
    cut -d" " -f2- <<<"$known" | grep -qxF -- "$branch" ||
      send POST "environments/$name/deployment-branch-policies" <<<"{ \"name\": \"$branch\" }"
  done
}

# Sets who has to approve a deploy to an environment. From no branch as yet, unless some were allowed before.
set_environment() {
  send PUT "environments/$1" <<JSON
{
  "reviewers": $2,
  "can_admins_bypass": $3,
  "deployment_branch_policy": { "protected_branches": false, "custom_branch_policies": true }
}
JSON
}

for environment in "staging main develop" "production-plan main"; do
  read -r name branches <<<"$environment"
  echo "environment $name: from $branches"
  set_environment "$name" null true
  # shellcheck disable=SC2086 # the names of branches, one word each
  allow_branches "$name" $branches
done

# Whether GitHub has the approval, whatever it has answered before.
needs_approval='any(.protection_rules[]?; .type == "required_reviewers" and (.reviewers | length) > 0)'
reviewer_id=$(gh api "users/$reviewer" --jq .id)
if said=$(set_environment production "[{ \"type\": \"User\", \"id\": $reviewer_id }]" false 2>&1) &&
  [ "$(gh api "repos/$repository/environments/production" --jq "$needs_approval")" = true ]; then
  allow_branches production main
else
  set_environment production null false
  allow_branches production
  refuse "environment production is closed: no branch may deploy to it, because nobody would have to approve." \
    "GitHub: ${said:-the environment has no required reviewers}" \
    "Required reviewers of a private repository need GitHub Enterprise; this one is $visibility, with plan $plan." \
    "Make it public or move it to Enterprise, and run this again; or deploy from a laptop, with MFA (infra/README.md)." \
    "Branches, staging and production-plan are protected."
fi
if [ "$(gh api "repos/$repository/environments/production" --jq .can_admins_bypass)" = true ]; then
  refuse "administrators may still deploy to production without an approval." \
    "Untick it: https://github.com/$repository/settings/environments, production, \"Allow administrators to bypass\"."
fi
echo "environment production: from main, after $reviewer has approved"
echo "done: https://github.com/$repository/settings/environments"
