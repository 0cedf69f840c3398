// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title Payments of orders
/// @notice Takes a token or the native coin for invoices that the merchant has signed (EIP-712), once for an order,
/// and gives it back to whoever paid. Four keys, each of which can do as little as possible: the merchant's signs
/// invoices, the operator's refunds (to the payer and nobody else), the owner's names the others and withdraws to the
/// treasury, the treasury's does nothing here.
contract CoffeePayments is Ownable2Step, Pausable, ReentrancyGuardTransient, EIP712 {
    using SafeERC20 for IERC20;

    /// @param orderId the order's UUID in the first 16 bytes
    /// @param token the ERC-20 token, or zero for the native coin
    /// @param amount in the token's smallest unit
    /// @param payer who may pay it, or zero for anybody
    /// @param expiry the last second, since the epoch, in which it may be paid
    struct Invoice {
        bytes32 orderId;
        address token;
        uint256 amount;
        address payer;
        uint256 expiry;
    }

    /// What was paid for an order: the contract keeps its hash only, one storage slot an order.
    struct Payment {
        bytes32 orderId;
        address payer;
        address token;
        uint256 amount;
    }

    enum State {
        Unpaid,
        Paid,
        Refunded
    }

    // The chain and this contract are in the domain: an invoice is good in one place only.
    bytes32 private constant INVOICE_TYPE =
        keccak256("Invoice(bytes32 orderId,address token,uint256 amount,address payer,uint256 expiry)");
    // No hash that anybody finds.
    bytes32 private constant REFUNDED = bytes32(uint256(1));
    // Enough for a wallet that is a contract to take money; a refund must not be a way to run away with the gas.
    uint256 private constant REFUND_GAS = 50_000;

    address public merchant;
    address public operator;
    address public treasury;
    mapping(bytes32 orderId => bytes32 payment) private _payments;

    event Paid(bytes32 indexed orderId, address indexed payer, address indexed token, uint256 amount);
    event Refunded(bytes32 indexed orderId, address indexed payer, address indexed token, uint256 amount);
    /// The payer does not take it: the payment stays as it was.
    event RefundFailed(bytes32 indexed orderId, address indexed payer, address indexed token, uint256 amount);
    event Withdrawn(address indexed treasury, address indexed token, uint256 amount);
    event Funded(uint256 amount);
    event MerchantSet(address indexed merchant);
    event OperatorSet(address indexed operator);
    event TreasurySet(address indexed treasury);

    error AlreadyPaid(bytes32 orderId);
    error InvoiceExpired(bytes32 orderId, uint256 expiry);
    error ForgedInvoice(bytes32 orderId);
    error WrongPayer(bytes32 orderId, address payer);
    error Underpaid(uint256 required, uint256 received);
    error Overpaid(uint256 required, uint256 received);
    error MixedTokens();
    error NothingToPay();
    error LengthsDiffer(uint256 invoices, uint256 signatures);
    error NotOperator(address caller);
    error NotPaid(bytes32 orderId);
    error NoAddress();
    error OwnerRequired();
    error WithdrawalFailed();

    modifier onlyOperator() {
        if (msg.sender != operator) revert NotOperator(msg.sender);
        _;
    }

    constructor(address owner_, address merchant_, address operator_, address treasury_)
        Ownable(owner_)
        EIP712("Go Coffee", "1")
    {
        _setMerchant(merchant_);
        _setOperator(operator_);
        _setTreasury(treasury_);
    }

    /// @notice Pays an invoice, with exactly its amount: as the value, or as a token that was approved for this contract.
    function pay(Invoice calldata invoice, bytes calldata signature) external payable whenNotPaused nonReentrant {
        _accept(invoice, signature);
        _collect(invoice.token, invoice.amount);
    }

    /// @notice Pays many invoices of one token: all of them or none.
    function payMany(Invoice[] calldata invoices, bytes[] calldata signatures)
        external
        payable
        whenNotPaused
        nonReentrant
    {
        if (invoices.length == 0) revert NothingToPay();
        if (invoices.length != signatures.length) revert LengthsDiffer(invoices.length, signatures.length);
        address token = invoices[0].token;
        uint256 total = 0;
        for (uint256 i = 0; i < invoices.length; i++) {
            if (invoices[i].token != token) revert MixedTokens();
            _accept(invoices[i], signatures[i]);
            total += invoices[i].amount;
        }
        _collect(token, total);
    }

    /// @notice Gives payments back to those who paid; works while payments are paused. One that its payer does not take
    /// is told by `RefundFailed` and does not keep the others from theirs.
    function refund(Payment[] calldata payments) external onlyOperator nonReentrant {
        for (uint256 i = 0; i < payments.length; i++) {
            Payment calldata payment = payments[i];
            if (_payments[payment.orderId] != _hashPayment(payment)) revert NotPaid(payment.orderId);
            _payments[payment.orderId] = REFUNDED;
            if (_giveBack(payment)) {
                emit Refunded(payment.orderId, payment.payer, payment.token, payment.amount);
            } else {
                _payments[payment.orderId] = _hashPayment(payment);
                emit RefundFailed(payment.orderId, payment.payer, payment.token, payment.amount);
            }
        }
    }

    /// @notice Sends money to the treasury: there is no other place that it could go to.
    function withdraw(address token, uint256 amount) external onlyOwner nonReentrant {
        emit Withdrawn(treasury, token, amount);
        if (token != address(0)) {
            IERC20(token).safeTransfer(treasury, amount);
            return;
        }
        (bool sent,) = treasury.call{value: amount}("");
        if (!sent) revert WithdrawalFailed();
    }

    /// @notice Native coins for refunds of what was withdrawn already; tokens are simply sent here.
    function fund() external payable onlyOwner {
        emit Funded(msg.value);
    }

    function setMerchant(address merchant_) external onlyOwner {
        _setMerchant(merchant_);
    }

    function setOperator(address operator_) external onlyOwner {
        _setOperator(operator_);
    }

    function setTreasury(address treasury_) external onlyOwner {
        _setTreasury(treasury_);
    }

    function pause() external onlyOwner {
        _pause();
    }

    function unpause() external onlyOwner {
        _unpause();
    }

    /// @notice Without an owner nobody could get the money out.
    function renounceOwnership() public pure override {
        revert OwnerRequired();
    }

    function stateOf(bytes32 orderId) external view returns (State) {
        bytes32 payment = _payments[orderId];
        if (payment == bytes32(0)) return State.Unpaid;
        return payment == REFUNDED ? State.Refunded : State.Paid;
    }

    /// @notice What the merchant signs.
    function digestOf(Invoice calldata invoice) public view returns (bytes32) {
        return _hashTypedDataV4(
            keccak256(
                abi.encode(
                    INVOICE_TYPE, invoice.orderId, invoice.token, invoice.amount, invoice.payer, invoice.expiry
                )
            )
        );
    }

    /// Effects come before the money moves: whoever calls back from a transfer finds the order paid.
    function _accept(Invoice calldata invoice, bytes calldata signature) private {
        if (_payments[invoice.orderId] != bytes32(0)) revert AlreadyPaid(invoice.orderId);
        if (block.timestamp > invoice.expiry) revert InvoiceExpired(invoice.orderId, invoice.expiry);
        if (invoice.payer != address(0) && invoice.payer != msg.sender) {
            revert WrongPayer(invoice.orderId, msg.sender);
        }
        if (!SignatureChecker.isValidSignatureNow(merchant, digestOf(invoice), signature)) {
            revert ForgedInvoice(invoice.orderId);
        }
        _payments[invoice.orderId] =
            _hashPayment(Payment(invoice.orderId, msg.sender, invoice.token, invoice.amount));
        emit Paid(invoice.orderId, msg.sender, invoice.token, invoice.amount);
    }

    function _collect(address token, uint256 amount) private {
        uint256 received = msg.value;
        uint256 required = token == address(0) ? amount : 0;
        if (received > required) revert Overpaid(required, received);
        if (token != address(0)) {
            required = amount;
            uint256 before = IERC20(token).balanceOf(address(this));
            IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
            // A token may keep a part of what it moves.
            received = IERC20(token).balanceOf(address(this)) - before;
        }
        if (received < required) revert Underpaid(required, received);
    }

    function _giveBack(Payment calldata payment) private returns (bool done) {
        if (payment.token != address(0)) return IERC20(payment.token).trySafeTransfer(payment.payer, payment.amount);
        (done,) = payment.payer.call{value: payment.amount, gas: REFUND_GAS}("");
    }

    function _hashPayment(Payment memory payment) private pure returns (bytes32) {
        return keccak256(abi.encode(payment));
    }

    function _setMerchant(address merchant_) private {
        if (merchant_ == address(0)) revert NoAddress();
        merchant = merchant_;
        emit MerchantSet(merchant_);
    }

    function _setOperator(address operator_) private {
        if (operator_ == address(0)) revert NoAddress();
        operator = operator_;
        emit OperatorSet(operator_);
    }

    function _setTreasury(address treasury_) private {
        if (treasury_ == address(0)) revert NoAddress();
        treasury = treasury_;
        emit TreasurySet(treasury_);
    }
}
