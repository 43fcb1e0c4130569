variable "manifest" {
  description = "The platform.json that says what to make; default: that of the repository that this folder is in"
  type        = string
  default     = null
}

variable "identity_provider" {
  description = "Whether to make GitHub's identity provider, of which an account has one; false where another platform has made it"
  type        = bool
  default     = true
}
