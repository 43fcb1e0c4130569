#!/usr/bin/env bash
# Protects the repository on GitHub as its workflows expect it; run it again after a change here, it sets what is there.
#
#   .github/protect.sh OWNER/NAME [REVIEWER]
#
# - main and develop: changes arrive by pull request, with the checks below passed on what is merged; nobody forces a
#   push, administrators included.
# - environment staging: deployed to from main (images) and develop (the platform) alone.
# - environment production-plan: from main alone; its role may only read.
# - environment production: from main alone, after REVIEWER (a user, by default whoever runs this) has approved it.
#
# Needs gh, logged in as an administrator of the repository. Variables and secrets are set by hand, for each environment:
#   gh variable set AWS_ROLE_ARN --env staging --repo OWNER/NAME
#   gh secret set STAGING_DATABASE_URL --env staging --repo OWNER/NAME
# to sign images (docs/supply-chain.md): COSIGN_PUBLIC_KEY (a variable) of each, COSIGN_PRIVATE_KEY and COSIGN_PASSWORD of staging,
# and for the tests, of the repository: NEON_PROJECT (a variable), NEON_API_KEY, NEON_TEST_DATABASE_URL.
set -euo pipefail

repository=${1:?usage: .github/protect.sh OWNER/NAME [REVIEWER]}
reviewer=${2:-$(gh api user --jq .login)}

# The names of the jobs of backend-ci.yml and frontend-ci.yml
checks=("Backend lint" "Backend unit tests" "Backend integration tests" "Frontend lint" "Frontend unit tests")

# Sends the JSON on its standard input.
send() {
  gh api --silent --method "$1" --header "Accept: application/vnd.github+json" --input - "repos/$repository/$2"
}

contexts=$(printf '"%s",' "${checks[@]}")
for branch in main develop; do
  echo "branch $branch: pull requests, ${#checks[@]} required checks"
  send PUT "branches/$branch/protection" <<JSON
{
  "required_status_checks": { "strict": true, "contexts": [${contexts%,}] },
  "required_pull_request_reviews": { "required_approving_review_count": 1, "dismiss_stale_reviews": true },
  "required_conversation_resolution": true,
  "required_linear_history": true,
  "enforce_admins": true,
  "restrictions": null,
  "allow_force_pushes": false,
  "allow_deletions": false
}
JSON
done

# Lets an environment be deployed to from these branches and from no others.
environment() {
  local name=$1 reviewers=$2 branch known
  shift 2
  echo "environment $name: from $*"
  send PUT "environments/$name" <<JSON
{
  "reviewers": $reviewers,
  "deployment_branch_policy": { "protected_branches": false, "custom_branch_policies": true }
}
JSON
  known=$(gh api "repos/$repository/environments/$name/deployment-branch-policies" --jq '.branch_policies[].name')
  for branch in "$@"; do
    grep -qxF -- "$branch" <<<"$known" ||
      send POST "environments/$name/deployment-branch-policies" <<<"{ \"name\": \"$branch\" }"
  done
}

reviewer_id=$(gh api "users/$reviewer" --jq .id)
environment staging null main develop
environment production-plan null main
environment production "[{ \"type\": \"User\", \"id\": $reviewer_id }]" main
echo "done: https://github.com/$repository/settings/environments"
